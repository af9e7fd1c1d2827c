"""Another engine on a cluster's catalog: python pyiceberg_tables.py CATALOG_URI WAREHOUSE COMMAND.

write STEP   does that step of the script to the tables of namespace `py`, and prints their rows
read TABLE   prints the rows of a table that somebody else wrote

Rows are printed as JSON lines, {"table": ..., "snapshot": ..., "columns": [...], "row": [...]}, by PyIceberg's own scan.
"""
import datetime
import decimal
import json
import sys
import uuid

import pyarrow as pa
from pyiceberg.catalog.sql import SqlCatalog
from pyiceberg.expressions import EqualTo, GreaterThan
from pyiceberg.partitioning import PartitionField, PartitionSpec
from pyiceberg.schema import Schema
from pyiceberg.transforms import DayTransform, IdentityTransform
from pyiceberg.types import (BinaryType, BooleanType, DateType, DecimalType, DoubleType, FloatType, IntegerType, ListType, LongType, MapType,
                             NestedField, StringType, StructType, TimestampType, TimestamptzType, TimeType, UUIDType)

UTC = datetime.timezone.utc
EVENTS = Schema(NestedField(1, "id", LongType(), required=True), NestedField(2, "country", StringType()),
                NestedField(3, "happened", TimestampType()), NestedField(4, "amount", IntegerType()))
TYPES = Schema(
    NestedField(1, "id", LongType(), required=True), NestedField(2, "flag", BooleanType()), NestedField(3, "small", IntegerType()),
    NestedField(4, "f", FloatType()), NestedField(5, "d", DoubleType()), NestedField(6, "price", DecimalType(18, 2)),
    NestedField(7, "born", DateType()), NestedField(8, "alarm", TimeType()), NestedField(9, "at", TimestampType()),
    NestedField(10, "at_zone", TimestamptzType()), NestedField(11, "word", StringType()), NestedField(12, "bytes", BinaryType()),
    NestedField(13, "key", UUIDType()),
    NestedField(14, "tags", ListType(element_id=20, element=StringType(), element_required=False)),
    NestedField(15, "counts", MapType(key_id=21, key_type=StringType(), value_id=22, value_type=LongType(), value_required=False)),
    NestedField(16, "point", StructType(NestedField(23, "x", DoubleType()), NestedField(24, "label", StringType()))))


def rows_of(table, rows):
    return pa.Table.from_pylist(rows, schema=table.schema().as_arrow())


def event(number):
    return {"id": number, "country": [None, "de", "fr", "größe"][number % 4], "amount": number * 3 if number % 5 else None,
            "happened": datetime.datetime(2026, 1, 1 + number % 6, number % 24, 0, 0, number)}


def typed(number):
    if number % 4 == 3:
        return {"id": number}
    return {"id": number, "flag": number % 2 == 0, "small": -number, "f": number / 4, "d": number * 1e200, "price": decimal.Decimal(number) / 4,
            "born": datetime.date(1960, 1, 1) + datetime.timedelta(days=number * 2000), "alarm": datetime.time(number % 24, 1, 2, 345),
            "at": datetime.datetime(1969, 12, 31, 23, 59, 59, 999999), "at_zone": datetime.datetime(2026, 3, 29, 1, 0, number % 60, 7, UTC),
            "word": "🐋" * (number % 3), "bytes": bytes([0, 255, number]), "key": uuid.UUID(int=number << 100).bytes,
            "tags": ["a", None, ""][:number % 4], "counts": [("z", number), ("a", None)], "point": {"x": number / 8, "label": None}}


def create(catalog):
    catalog.create_namespace_if_not_exists("py")
    plain = catalog.create_table("py.plain", EVENTS)
    plain.append(rows_of(plain, [event(number) for number in range(100)]))
    parted = catalog.create_table("py.parted", EVENTS, partition_spec=PartitionSpec(
        PartitionField(source_id=2, field_id=1000, transform=IdentityTransform(), name="country"),
        PartitionField(source_id=3, field_id=1001, transform=DayTransform(), name="day")))
    parted.append(rows_of(parted, [event(number) for number in range(200)]))
    types = catalog.create_table("py.types", TYPES)
    types.append(rows_of(types, [typed(number) for number in range(20)]))


def append(catalog):
    for name in ("py.plain", "py.parted"):
        table = catalog.load_table(name)
        table.append(rows_of(table, [event(number) for number in range(1000, 1050)]))


def delete(catalog):
    """PyIceberg rewrites the files that hold such rows."""
    catalog.load_table("py.plain").delete(GreaterThan("id", 1020))
    catalog.load_table("py.parted").delete(EqualTo("country", "fr"))
    catalog.load_table("py.parted").delete(EqualTo("amount", 33))


def evolve(catalog):
    table = catalog.load_table("py.plain")
    with table.update_schema() as update:
        update.rename_column("country", "land")
        update.update_column("amount", LongType())
        update.add_column("grade", StringType())
        update.move_first("grade")
    with table.update_schema() as update:
        update.delete_column("happened")
    with table.update_schema() as update:
        update.add_column("happened", DateType())
    table.append(rows_of(table, [{"id": 5000, "land": "at", "amount": 1 << 40, "grade": "A", "happened": datetime.date(2026, 5, 1)}]))


def overwrite(catalog):
    table = catalog.load_table("py.parted")
    table.overwrite(rows_of(table, [event(number) for number in range(7)]))


def value(it):
    if isinstance(it, (datetime.datetime, datetime.date, datetime.time)):
        return it.isoformat()
    if isinstance(it, (decimal.Decimal, uuid.UUID)):
        return str(it)
    if isinstance(it, bytes):
        return it.hex()
    if isinstance(it, float):
        return repr(it)
    if isinstance(it, list):
        return [value(each) for each in it]
    if isinstance(it, tuple):
        return [value(each) for each in it]
    if isinstance(it, dict):
        return {name: value(each) for name, each in it.items()}
    return it


def show(catalog, name):
    table = catalog.load_table(name)
    rows = table.scan().to_arrow()
    for row in rows.to_pylist():
        print(json.dumps({"table": name, "columns": rows.column_names, "row": [value(row[column]) for column in rows.column_names]}))
    print(json.dumps({"table": name, "columns": rows.column_names, "snapshot": table.current_snapshot().snapshot_id}))


def main(uri, warehouse, command, argument):
    catalog = SqlCatalog("narwhal", uri=uri, warehouse=warehouse)
    if command == "read":
        show(catalog, argument)
        return
    {"create": create, "append": append, "delete": delete, "evolve": evolve, "overwrite": overwrite}[argument](catalog)
    for name in ("py.plain", "py.parted", "py.types"):
        show(catalog, name)


main(*sys.argv[1:])
