package hosttest

var actionStatements = []statement{}
