package hosttest

var lifeStatements = []statement{}
