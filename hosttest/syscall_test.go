package hosttest

var syscallStatements = []statement{}
