"""Fetches an answer as one Arrow table: python wire.py HOST:PORT SQL RUNS. Prints rows and bytes, then the seconds of each run; two runs before are warm-ups."""
import sys
import time

import adbc_driver_flightsql.dbapi as flightsql

address, sql, runs = sys.argv[1], sys.argv[2], int(sys.argv[3])
with flightsql.connect(f"grpc://{address}", autocommit=True) as connection, connection.cursor() as cursor:
    for run in range(-2, runs):
        start = time.perf_counter()
        cursor.execute(sql)
        table = cursor.fetch_arrow_table()
        seconds = time.perf_counter() - start
        if run == -2:
            print(table.num_rows, table.nbytes)
        if run >= 0:
            print(seconds)
        del table
