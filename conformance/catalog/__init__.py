"""The documented rules, cases, bases, states and ledger as validated data. Imports no other part of the package."""
