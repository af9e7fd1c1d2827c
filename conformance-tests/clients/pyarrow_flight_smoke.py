"""What a program does with bare Arrow Flight: python pyarrow_flight_smoke.py HOST:PORT, on a cluster with the demo tables.

pyarrow has no Flight SQL layer: the command is a google.protobuf.Any of CommandStatementQuery, written by hand here.
"""
import sys

import pyarrow.flight as flight


def check(condition, message):
    if not condition:
        raise SystemExit(f"pyarrow.flight: {message}")


def field(number, payload):
    """A length-delimited protobuf field."""
    length, encoded = len(payload), b""
    while True:
        encoded += bytes([(length & 0x7F) | (0x80 if length > 0x7F else 0)])
        length >>= 7
        if not length:
            return bytes([(number << 3) | 2]) + encoded + payload


def command(sql):
    name = b"type.googleapis.com/arrow.flight.protocol.sql.CommandStatementQuery"
    return field(1, name) + field(2, field(1, sql.encode()))


client = flight.connect(f"grpc://{sys.argv[1]}")


def query(sql):
    info = client.get_flight_info(flight.FlightDescriptor.for_command(command(sql)))
    check(len(info.endpoints) == 1, "one endpoint")
    return client.do_get(info.endpoints[0].ticket).read_all()


total = query("SELECT count(*) AS n FROM events").column("n")[0].as_py()
check(total > 0, "events are there")
rows = query("SELECT event_time, country, session_id, score FROM events")
check(rows.num_rows == total, "a large answer is whole")
rows.validate(full=True)

schema = client.get_schema(flight.FlightDescriptor.for_command(command("SELECT n_name FROM tpch.nation"))).schema
check(schema.names == ["n_name"], "schema without running")

# A client that goes away in mid-stream does no harm.
info = client.get_flight_info(flight.FlightDescriptor.for_command(command("SELECT * FROM events")))
reader = client.do_get(info.endpoints[0].ticket)
reader.read_chunk()
reader.cancel()
check(query("SELECT 1 AS x").column("x")[0].as_py() == 1, "the server goes on after a cancel")

for ticket in [b"", b"nonsense", info.endpoints[0].ticket.ticket[:-5] + b"xxxxx"]:
    try:
        client.do_get(flight.Ticket(ticket)).read_all()
        check(False, f"a foreign ticket {ticket[:20]} should be refused")
    except flight.FlightError:
        pass
    except Exception as error:  # pyarrow maps INVALID_ARGUMENT to ArrowInvalid
        check("ticket" in str(error).lower() or "statement" in str(error).lower(), f"a foreign ticket gets a clear error: {error}")

print("pyarrow.flight: ok")
