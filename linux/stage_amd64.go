package linux

const nrExecve = 59
