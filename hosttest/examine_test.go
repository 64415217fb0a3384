package hosttest

var examineStatements = []statement{}
