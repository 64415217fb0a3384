package hosttest

var concurrencyStatements = []statement{}
