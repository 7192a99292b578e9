from __future__ import annotations

import gzip
import io
import json
import logging
from typing import Any

import pytest
from flask.testing import FlaskClient

from simulator.model.keys import SETTINGS
from simulator.model.resolve import parse_configuration
from simulator.web import green
from simulator.web.engine import Options
from simulator.web.server import MOST_BODY_BYTES, Server
from tests.runs.clocks import HandClock
from tests.web.conftest import Starter


@pytest.fixture
def client(server: Server) -> FlaskClient:
    return server.flask.test_client()


def create(client: FlaskClient, **body: Any) -> str:
    answer = client.post("/api/runs", json=body)
    assert answer.status_code == 201, answer.text
    id: str = answer.get_json()["id"]
    return id


def error_of(answer: Any) -> dict[str, Any]:
    error: dict[str, Any] = answer.get_json()["error"]
    assert error["message"]
    return error


def test_the_page_is_served(client: FlaskClient) -> None:
    answer = client.get("/")
    assert answer.status_code == 200
    assert answer.mimetype == "text/html"
    assert "Millrace" in answer.text
    assert answer.headers["Cache-Control"] == "no-cache"


def test_health(client: FlaskClient) -> None:
    health = client.get("/healthz").get_json()
    assert health["status"] == "ok"
    assert health["elapsed_seconds"] > 0


def test_schema_and_scenarios(client: FlaskClient) -> None:
    assert (
        client.get("/api/schema").get_json()["properties"]["workers"]["properties"]["count"]["x-live"] is True
    )
    scenarios = client.get("/api/scenarios").get_json()["scenarios"]
    assert len(scenarios) >= 8
    assert set(scenarios[0]) == {"id", "title", "summary", "turn", "watch", "config"}


def test_a_run_is_made_shown_listed_and_deleted(client: FlaskClient) -> None:
    answer = client.post("/api/runs", json={"scenario": "spike", "seed": 42})
    made = answer.get_json()
    assert made["scenario"] == "spike"
    assert made["url"] == f"/?run={made['id']}"
    assert answer.headers["Location"].endswith(f"/api/runs/{made['id']}")
    shown = client.get(f"/api/runs/{made['id']}").get_json()
    assert set(shown) == {"run", "scenario", "config", "status", "edits", "summary"}
    assert shown["config"]["seed"] == 42
    assert shown["summary"]["littles_law_residual"] == 0
    listed = client.get("/api/runs").get_json()
    assert made["id"] in [status["run"] for status in listed["runs"]]
    assert listed["limit"] == 128
    deleted = client.delete(f"/api/runs/{made['id']}")
    assert (deleted.status_code, deleted.data) == (204, b"")
    gone = client.get(f"/api/runs/{made['id']}")
    assert gone.status_code == 404
    assert error_of(gone)["code"] == "run_gone"


def test_what_a_run_is_made_of(client: FlaskClient) -> None:
    assert client.get(f"/api/runs/{create(client)}").get_json()["scenario"] == "notes-picture"
    own = client.get(f"/api/runs/{create(client, config={'workers': {'count': 3}})}").get_json()
    assert (own["scenario"], own["config"]["workers"]["count"]) == ("", 3)
    dotted = client.get(
        f"/api/runs/{create(client, scenario='spike', config={'workers.count': 5})}"
    ).get_json()
    assert (dotted["scenario"], dotted["config"]["workers"]["count"]) == ("spike", 5)
    assert dotted["config"]["arrivals"]["process"] == "spike"


def test_a_body_may_be_missing(client: FlaskClient) -> None:
    assert client.post("/api/runs").status_code == 201


@pytest.mark.parametrize(
    ("body", "field"),
    [
        ({"config": {"workers.count": 0}}, "workers.count"),
        ({"config": {"workers": {"cuont": 5}}}, "workers.cuont"),
        ({"config": {"workers": 5}}, "workers"),
        ({"config": {"arrivals.trace_file": "/etc/passwd"}}, "arrivals.trace_file"),
        ({"config": {f"k{n}": 1 for n in range(500)}}, None),
        ({"config": []}, "config"),
        ({"scenario": "nope"}, "scenario"),
        ({"seed": -1}, "seed"),
        ({"seed": 1.5}, "seed"),
        ({"sede": 1}, "sede"),
        ([1], None),
        ("text", None),
        (5, None),
    ],
)
def test_bad_input_is_answered_with_the_field_and_what_is_allowed(
    client: FlaskClient, body: Any, field: str | None
) -> None:
    answer = client.post("/api/runs", json=body)
    assert answer.status_code == 400
    error = error_of(answer)
    assert error.get("field") == field


@pytest.mark.parametrize("body", [b"{", b"\xff", b'{"seed": NaN}', b"[" * 50_000])
def test_broken_json_is_answered_as_such(client: FlaskClient, body: bytes) -> None:
    answer = client.post("/api/runs", data=body, content_type="application/json")
    assert answer.status_code == 400
    assert "the body is" in error_of(answer)["message"]


def test_a_form_of_another_page_is_not_read(client: FlaskClient) -> None:
    answer = client.post("/api/runs", data="{}", content_type="text/plain")
    assert answer.status_code == 400
    assert error_of(answer)["field"] == "Content-Type"


def test_a_body_that_is_too_large_is_refused(client: FlaskClient) -> None:
    answer = client.post("/api/runs", data=b" " * (MOST_BODY_BYTES + 1), content_type="application/json")
    assert answer.status_code == 413
    assert error_of(answer)["message"] == "the request is too large"


def test_many_problems_are_told_but_not_all(client: FlaskClient) -> None:
    answer = client.post("/api/runs", json={"config": {f"k{n}": 1 for n in range(150)}})
    error = error_of(answer)
    assert len(error["problems"]) == 20
    assert error["message"].endswith("and 130 more")


@pytest.mark.parametrize(
    ("method", "path", "status"),
    [
        ("GET", "/nope", 404),
        ("GET", "/api/nope", 404),
        ("PUT", "/api/runs", 405),
        ("GET", "/api/runs/nope", 404),
        ("DELETE", "/api/runs/nope", 404),
        ("GET", "/api/runs/nope/history.csv", 404),
        ("GET", "/static/../app.py", 404),
        ("GET", "/static/%2e%2e/app.py", 404),
    ],
)
def test_every_refusal_has_the_contracts_form(
    client: FlaskClient, method: str, path: str, status: int
) -> None:
    answer = client.open(path, method=method)
    assert answer.status_code == status
    error_of(answer)


def test_a_mistake_of_the_program_is_logged_and_not_shown(
    server: Server, client: FlaskClient, monkeypatch: pytest.MonkeyPatch, caplog: pytest.LogCaptureFixture
) -> None:
    def broken() -> None:
        raise ZeroDivisionError("secret detail")

    monkeypatch.setattr(server.engine, "driver", broken)
    with caplog.at_level(logging.ERROR):
        answer = client.get("/api/runs")
    assert answer.status_code == 500
    assert "secret" not in answer.text
    assert "Traceback" not in answer.text
    assert "secret detail" in caplog.text


def test_the_exports_are_downloads_with_the_contracts_columns(client: FlaskClient) -> None:
    id = create(client)
    green.sleep(0.5)
    history = client.get(f"/api/runs/{id}/history.csv")
    assert history.mimetype == "text/csv"
    assert "attachment" in history.headers["Content-Disposition"]
    lines = history.text.splitlines()
    assert lines[0].startswith(
        "timestamp,simulated_seconds,run,scenario,seed,io_threads,workers,workers_busy,queue_depth,queue_capacity,"
        "arrivals_total,completed_total,dropped_nic_total,dropped_queue_total,arrival_rate_per_second,"
        "throughput_per_second,utilization_workers_ratio,queue_wait_p50_seconds,queue_wait_p95_seconds,"
        "queue_wait_p99_seconds,response_p50_seconds,response_p95_seconds,response_p99_seconds"
    )
    assert 3 <= len(lines) - 1 <= 8
    assert f",{id},notes-picture,1," in lines[1]
    events = client.get(f"/api/runs/{id}/events.csv").text
    assert events == "timestamp,simulated_seconds,actor,parameter,old_value,new_value\n"
    config = client.get(f"/api/runs/{id}/config.json")
    assert parse_configuration(json.loads(config.text)).workers.count == 8


def test_text_is_compressed_for_those_who_take_it(client: FlaskClient) -> None:
    id = create(client)
    green.sleep(0.3)
    for path in (
        "/api/schema",
        f"/api/runs/{id}/history.csv",
        "/static/js/store.js",
        "/vendor/plotly.min.js",
    ):
        plain = client.get(path, buffered=True)
        packed = client.get(path, headers={"Accept-Encoding": "gzip"}, buffered=True)
        assert "Content-Encoding" not in plain.headers, path
        assert packed.headers["Content-Encoding"] == "gzip", path
        assert "Accept-Encoding" in packed.headers["Vary"], path
        unpacked = gzip.GzipFile(fileobj=io.BytesIO(packed.data)).read()
        assert unpacked[:200] == plain.data[:200], path
        assert len(packed.data) < len(plain.data), path
    assert "Content-Encoding" not in client.get("/healthz", headers={"Accept-Encoding": "gzip"}).headers


@pytest.mark.parametrize("path", ["/static/js/store.js", "/vendor/plotly.min.js"])
@pytest.mark.parametrize("encoding", ["identity", "gzip"])
def test_files_are_kept_by_the_browser_but_asked_about(client: FlaskClient, path: str, encoding: str) -> None:
    headers = {"Accept-Encoding": encoding}
    first = client.get(path, headers=headers, buffered=True)
    assert "no-cache" in first.headers["Cache-Control"]
    again = client.get(path, headers={**headers, "If-None-Match": first.headers["ETag"]}, buffered=True)
    assert (again.status_code, again.data) == (304, b"")
    assert client.get(path, headers={**headers, "If-None-Match": '"old"'}, buffered=True).data == first.data


def test_plotly_comes_from_the_installed_package_and_its_style_is_allowed(server: Server) -> None:
    client = server.flask.test_client()
    assert b"plotly.js v" in client.get("/vendor/plotly.min.js").data[:200]
    answer: list[Any] = []
    environ: dict[str, Any] = {
        "REQUEST_METHOD": "GET",
        "PATH_INFO": "/",
        "HTTP_HOST": "localhost",
        "wsgi.url_scheme": "http",
    }
    environ |= {"wsgi.input": io.BytesIO(), "SERVER_NAME": "localhost", "SERVER_PORT": "80"}
    b"".join(server.application(environ, lambda status, headers, *_: answer.append(dict(headers))))
    assert answer[0]["Content-Security-Policy"].count("'sha256-") == 2


def test_the_cap_on_live_runs_has_a_clear_answer(starter: Starter) -> None:
    client = starter(Options(most_runs=2, lanes=1)).flask.test_client()
    first = create(client)
    create(client)
    refused = client.post("/api/runs", json={})
    assert refused.status_code == 503
    assert "Retry-After" in refused.headers
    error = error_of(refused)
    assert error["code"] == "run_limit"
    assert "2 live runs" in error["message"]
    # A place is not used up by what could not be built.
    client.delete(f"/api/runs/{first}")
    for _ in range(3):
        assert client.post("/api/runs", json={"seed": -1}).status_code == 400
    create(client)


def test_a_run_nobody_watches_pauses_after_a_minute_and_is_gone_half_an_hour_later(starter: Starter) -> None:
    clock = HandClock()
    client = starter(clock=clock).flask.test_client()
    id = create(client)

    def state_after(seconds: float) -> str:
        clock.pass_seconds(seconds)
        green.sleep(0.7)
        answer = client.get(f"/api/runs/{id}")
        return str(answer.get_json()["status"]["state"]) if answer.status_code == 200 else "gone"

    assert state_after(58) == "running"
    assert state_after(2) == "paused"
    assert state_after(1795) == "paused"
    assert state_after(10) == "gone"


def test_one_client_may_not_make_runs_without_end(starter: Starter) -> None:
    client = starter(clock=HandClock()).flask.test_client()
    statuses = [client.delete("/api/runs/nope").status_code for _ in range(320)]
    assert set(statuses) == {404, 429}
    assert statuses[250] == 404
    refused = client.post("/api/runs", json={})
    assert refused.status_code == 429
    assert error_of(refused)["code"] == "too_many_requests"


def test_while_the_kernel_is_compiled_the_page_is_served_and_runs_have_to_wait(
    starter: Starter, monkeypatch: pytest.MonkeyPatch
) -> None:
    import threading

    from simulator.web import readiness
    from simulator.web.server import make_server

    compiled = threading.Event()

    def load() -> Any:
        compiled.wait()
        return readiness.load_engine()

    monkeypatch.setattr(readiness, "WAIT_SECONDS", 0.2)
    slow = make_server(Options(lanes=1), load=load)
    slow.engine.begin()
    client = slow.flask.test_client()
    assert client.get("/").status_code == 200
    assert client.get("/healthz").get_json()["status"] == "compiling"
    assert client.get("/api/schema").status_code == 200
    refused = client.post("/api/runs", json={})
    assert refused.status_code == 503
    assert "Retry-After" in refused.headers
    assert error_of(refused)["code"] == "compiling"
    compiled.set()
    for _ in range(100):
        green.sleep(0.05)
        if client.get("/healthz").get_json()["status"] == "ok":
            break
    create(client)


def test_a_kernel_that_does_not_compile_is_said_so(
    starter: Starter, caplog: pytest.LogCaptureFixture
) -> None:
    def load() -> Any:
        raise RuntimeError("no compiler")

    client = starter(load=load).flask.test_client()
    assert client.get("/healthz").get_json()["status"] == "failed"
    refused = client.post("/api/runs", json={})
    assert refused.status_code == 503
    assert "no compiler" not in refused.text
    assert "no compiler" in caplog.text


def test_a_trace_of_the_largest_size_fits(client: FlaskClient) -> None:
    rows = [[round(n * 0.001, 6), 0.001234567, 0.012345678] for n in range(100_000)]
    id = create(client, config={"arrivals": {"process": "trace", "trace": rows}})
    client.delete(f"/api/runs/{id}")


def test_the_schema_knows_every_setting(client: FlaskClient) -> None:
    text = client.get("/api/schema").text
    assert all(f'"x-key":"{key}"' in text for key in SETTINGS)
