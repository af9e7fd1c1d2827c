"""An ADBC connection through a balancer whose back ends come and go: python adbc_balancer.py HOST:PORT SECONDS. The table main.numbers holds 0 to 2999.
A query may fail while its front end is killed; the next ones on the same connection must go on, with its session. Exit code 0 if they did."""
import sys
import time

import adbc_driver_flightsql
import adbc_driver_flightsql.dbapi as flightsql
import adbc_driver_manager

uri = f"grpc://{sys.argv[1]}"
end = time.monotonic() + float(sys.argv[2])
patience_seconds = 20.0
cookies = {adbc_driver_flightsql.DatabaseOptions.WITH_COOKIE_MIDDLEWARE.value: "true"}
answered, failed, last = 0, 0, time.monotonic()

with flightsql.connect(uri, db_kwargs=cookies, autocommit=True) as connection:
    connection.adbc_connection.set_options(**{"adbc.flight.sql.session.option.maxrows": "2"})
    cursor = connection.cursor()
    while time.monotonic() < end or answered < 20:
        try:
            cursor.execute("SELECT n FROM numbers WHERE n >= ? ORDER BY n", (answered % 1000,))
            rows = cursor.fetchall()
        except adbc_driver_manager.Error as error:
            failed += 1
            if time.monotonic() - last > patience_seconds:
                raise SystemExit(f"adbc: nothing works since {patience_seconds} s: {error}")
            time.sleep(0.1)
            if answered == 0:
                # A cursor whose first preparation failed never prepares that statement again.
                cursor.close()
                cursor = connection.cursor()
            continue
        if rows != [(answered % 1000,), (answered % 1000 + 1,)]:
            raise SystemExit(f"adbc: wrong answer {rows} to {answered % 1000}")
        answered, last = answered + 1, time.monotonic()
    cursor.close()

print(f"adbc: answered={answered} failed={failed}")
