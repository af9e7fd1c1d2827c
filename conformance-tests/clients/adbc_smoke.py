"""What a Python program does with ADBC: python adbc_smoke.py HOST:PORT, on a cluster with the demo tables. Exit code 0 if all is right."""
import datetime
import sys

import adbc_driver_flightsql.dbapi as flightsql
import adbc_driver_manager
import pyarrow

uri = f"grpc://{sys.argv[1]}"


def check(condition, message):
    if not condition:
        raise SystemExit(f"adbc: {message}")


with flightsql.connect(uri, autocommit=True) as connection:
    with connection.cursor() as cursor:
        cursor.execute("SELECT 1 AS x, 'x' AS letter, DATE '2026-01-02' AS the_day")
        check(cursor.fetchall() == [(1, "x", datetime.date(2026, 1, 2))], "constants")
        check([column[0] for column in cursor.description] == ["x", "letter", "the_day"], "names")

        cursor.execute("SELECT count(*) FROM events")
        total = cursor.fetchone()[0]
        check(total > 0, "events are there")

        cursor.execute("SELECT country, count(*) AS n FROM events GROUP BY country")
        table = cursor.fetch_arrow_table()
        check(sum(table.column("n").to_pylist()) == total, "groups add up")

        cursor.execute("SELECT event_time, user_id, duration_millis, amount FROM events")
        table = cursor.fetch_arrow_table()
        check(table.num_rows == total, f"a large answer is whole: {table.num_rows} of {total}")
        check(pyarrow.types.is_timestamp(table.schema.field("event_time").type), "timestamps stay timestamps")

        cursor.execute("SELECT count(*) FROM tpch.nation WHERE n_regionkey = ? AND n_name <> ?", (1, "CANADA"))
        check(cursor.fetchone()[0] == 4, "parameters")

        cursor.execute("SELECT n_name FROM tpch.nation WHERE n_nationkey < 0")
        check(cursor.fetchall() == [], "an empty answer")

        for sql, state in [("SELEC 1", "42601"), ("SELECT nope FROM events", "42703"), ("SELECT * FROM nope", "42P01")]:
            try:
                cursor.execute(sql)
                cursor.fetchall()
                check(False, f"{sql} should fail")
            except adbc_driver_manager.Error as error:
                check("Line 1" in str(error) or "line 1" in str(error) or "nope" in str(error), f"{sql} says where: {error}")

    objects = connection.adbc_get_objects(depth="columns", db_schema_filter="tpch").read_all().to_pylist()
    tables = {table["table_name"]: [column["column_name"] for column in table["table_columns"]]
              for catalog in objects for schema in catalog["catalog_db_schemas"] for table in schema["db_schema_tables"]}
    check(tables.get("nation") == ["n_nationkey", "n_name", "n_regionkey", "n_comment"], f"metadata: {tables.get('nation')}")
    check(connection.adbc_get_table_types() == ["TABLE", "SYSTEM TABLE"], "table types")
    check(connection.adbc_get_info()["vendor_name"] == "Narwhal", "info")

print("adbc: ok")
