"""The engine: it runs cases against a target and returns results, without pytest, files or a terminal.

    from slack_conformance.catalog.load import load_catalog
    from slack_conformance.engine import Engine
    from slack_conformance.target.profile import profile_of_url

    catalog = load_catalog()
    profile = profile_of_url("http://127.0.0.1:8080/api/", "my sandbox")
    with Engine(catalog, profile) as engine:
        for result in engine.results(catalog.cases):
            print(result.judgement.verdict, result.case.id)
        for case, cause in engine.withdrawn().items():
            print(case, "is withdrawn:", cause.text)

pytest is one way to run it (`slack_conformance.run`), `prove` another: it gives the engine a control API in the same
process. The plan is a third: a run whose sender makes the answers up.
"""

from .engine import Engine, JudgedCase

__all__ = ["Engine", "JudgedCase"]
