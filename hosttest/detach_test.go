package hosttest

var detachStatements = []statement{}
