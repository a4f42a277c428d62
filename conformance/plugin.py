"""The pytest plugin: hooks and fixtures, gathered from where they live."""

from conformance.run.hooks import (
    conformance_examiner,
    evidence,
    pytest_addoption,
    pytest_collection_modifyitems,
    pytest_configure,
    pytest_pycollect_makemodule,
    pytest_report_teststatus,
    pytest_runtest_makereport,
    pytest_runtest_teardown,
)
from conformance.run.start import (
    pytest_collection,
    pytest_report_collectionfinish,
    pytest_runtestloop,
    pytest_unconfigure,
)

__all__ = [
    "conformance_examiner",
    "evidence",
    "pytest_addoption",
    "pytest_collection",
    "pytest_collection_modifyitems",
    "pytest_configure",
    "pytest_pycollect_makemodule",
    "pytest_report_collectionfinish",
    "pytest_report_teststatus",
    "pytest_runtest_makereport",
    "pytest_runtest_teardown",
    "pytest_runtestloop",
    "pytest_unconfigure",
]
