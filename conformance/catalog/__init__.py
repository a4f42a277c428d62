"""What is documented: rules, cases, bases, states and ledger, as validated data. Imports nothing else of ours."""
