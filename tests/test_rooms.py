"""The rooms of the tests mirror those of the product, so that what tests a module is found where its name leads."""

from pathlib import Path

TESTS = Path(__file__).parent
PACKAGE = TESTS.parent / "conformance"


def test_each_room_of_the_product_has_tests() -> None:
    rooms = {path.parent.relative_to(PACKAGE) for path in PACKAGE.glob("**/__init__.py") if "_data" not in path.parts}
    tested = {path.parent.relative_to(TESTS) for path in TESTS.glob("**/test_*.py")}
    tested |= {parent for room in tested for parent in room.parents}
    assert rooms - tested == set()
