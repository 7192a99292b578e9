"""The HTTP API: schema, scenarios, and the live runs (docs/wire.md)."""

from __future__ import annotations

from typing import Any

from flask import Blueprint, Response, request, url_for

from simulator.model.keys import json_schema
from simulator.model.resolve import parse_configuration
from simulator.model.scenarios import DEFAULT_SCENARIO, load_scenarios, scenario_configuration
from simulator.model.schema import Configuration
from simulator.web import payloads
from simulator.web.engine import Engine
from simulator.web.refusals import BadRequest
from simulator.web.replies import reply


def blueprint(engine: Engine) -> Blueprint:
    """The routes under /api but for the exports."""
    api = Blueprint("api", __name__, url_prefix="/api")

    @api.get("/schema")
    def schema() -> Response:
        return reply(json_schema())

    @api.get("/scenarios")
    def scenarios() -> Response:
        return reply({"scenarios": [scenario.as_dict() for scenario in load_scenarios().values()]})

    @api.post("/runs")
    def create() -> Response:
        engine.limit(request.remote_addr)
        body = _body()
        run = engine.create(lambda: chosen(body))
        response = reply(
            {"id": run.id, "scenario": run.scenario, "url": url_for("pages.dashboard", run=run.id)}, 201
        )
        response.headers["Location"] = url_for("api.show", id=run.id)
        return response

    @api.get("/runs")
    def index() -> Response:
        driver = engine.driver()
        registry = driver.registry
        return reply({"runs": [run.status() for run in registry], "limit": registry.limit})

    @api.get("/runs/<id>")
    def show(id: str) -> Response:
        engine.limit(request.remote_addr)
        described = engine.driver().ask(id, lambda run: run.describe())
        return reply(described)

    @api.delete("/runs/<id>")
    def delete(id: str) -> Response:
        engine.limit(request.remote_addr)
        engine.driver().remove(id)
        return Response(status=204)

    return api


def _body() -> bytes:
    if request.content_length and request.mimetype != "application/json":
        raise BadRequest.about("Content-Type", request.mimetype, "application/json")
    return request.get_data()


def chosen(body: bytes) -> tuple[str, Configuration]:
    """The scenario and the configuration that a POST /api/runs asks for; called in a native thread."""
    asked = payloads.read(payloads.parse_json(body) if body.strip() else {}, payloads.CREATE)
    settings: dict[str, Any] = dict(asked["config"] or {})
    payloads.bound_settings(settings)
    if asked["seed"] is not None:
        settings["seed"] = asked["seed"]
    scenario: str = asked["scenario"] or ("" if asked["config"] else DEFAULT_SCENARIO)
    if scenario:
        return scenario, scenario_configuration(scenario, settings, allow_files=False)
    return "", parse_configuration(settings, allow_files=False)
