"""The command line: argv -> one function call -> one summary."""
