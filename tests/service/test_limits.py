import socket

import pytest

from service.limits import LARGEST_BODY

JSON = {"Content-Type": "application/json"}
CHUNK = b" " * 65_536


def _chunks(size):
    yield from (CHUNK for _ in range(size // len(CHUNK)))


def _padded(size):
    toy = b'{"subjects": [{"hours": 8}]}'
    return b" " * (size - len(toy)) + toy


def test_a_body_of_the_largest_size_is_taken(toy_client):
    assert toy_client.post("/v1/toys", content=_padded(LARGEST_BODY), headers=JSON).status_code == 200


@pytest.mark.parametrize(
    "body",
    [
        pytest.param(lambda: _padded(LARGEST_BODY + 1), id="one byte too long"),
        pytest.param(lambda: b" " * 20_000_000, id="20 MB with its length declared"),
        pytest.param(lambda: _chunks(20_000_000), id="20 MB streamed without a length"),
    ],
)
def test_a_larger_body_is_refused_and_the_connection_goes_on(toy_client, body):
    response = toy_client.post("/v1/toys", content=body(), headers=JSON)
    assert (response.status_code, response.json()["type"]) == (413, "urn:bellwether:problem:too-large")
    assert response.json()["limit"] == LARGEST_BODY
    assert response.json()["request_id"] == response.headers["x-request-id"]
    assert toy_client.get("/livez").status_code == 200


def test_a_large_body_is_refused_on_open_routes_too(client):
    assert client.request("GET", "/livez", content=b" " * 20_000_000).status_code == 413


def test_a_stream_is_refused_before_its_end_has_come(toy_client):
    """Only the head and too many bytes are sent, and the body is never ended; the answer comes all the same."""
    host, port = toy_client.base_url.host, toy_client.base_url.port
    head = f"POST /v1/toys HTTP/1.1\r\nHost: {host}\r\nAuthorization: {toy_client.headers['Authorization']}\r\n"
    framing = "Content-Type: application/json\r\nTransfer-Encoding: chunked\r\n\r\n"
    with socket.create_connection((host, port)) as connection:
        connection.sendall((head + framing).encode())
        for chunk in _chunks(LARGEST_BODY + len(CHUNK)):
            connection.sendall(f"{len(chunk):x}\r\n".encode() + chunk + b"\r\n")
        assert connection.recv(64).startswith(b"HTTP/1.1 413 ")


def test_a_prefix_may_have_a_limit_of_its_own(toy_client):
    response = toy_client.put("/v1/streams", content=_chunks(LARGEST_BODY * 2))
    assert response.json() == {"bytes": LARGEST_BODY * 2}
