"""Random profiles of conforming targets, none of which may lead to an accusation."""
