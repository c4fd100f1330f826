"""The patched engine answers as the unpatched one does, on random tables and queries."""

import copy
import json
import random
import time
from collections import defaultdict
from types import ModuleType
from typing import Any

import pytest

from infra.local.engine import patches
from tests.support.engine import engine, patched

TABLE = {
    "TableName": "rows",
    "AttributeDefinitions": [{"AttributeName": name, "AttributeType": "S"} for name in ("pk", "sk", "shop", "made")],
    "KeySchema": [{"AttributeName": "pk", "KeyType": "HASH"}, {"AttributeName": "sk", "KeyType": "RANGE"}],
    "GlobalSecondaryIndexes": [
        {
            "IndexName": "by-shop",
            "KeySchema": [{"AttributeName": "shop", "KeyType": "HASH"}, {"AttributeName": "made", "KeyType": "RANGE"}],
            "Projection": {"ProjectionType": "INCLUDE", "NonKeyAttributes": ["kind"]},
        },
        {
            "IndexName": "of-shop",
            "KeySchema": [{"AttributeName": "shop", "KeyType": "HASH"}],
            "Projection": {"ProjectionType": "ALL"},
        },
    ],
    "BillingMode": "PAY_PER_REQUEST",
}
CONDITIONS = (
    "{} = :v",
    "{} < :v",
    "{} <= :v",
    "{} > :v",
    "{} >= :v",
    "begins_with({}, :v)",
    "({} >= :v)",
    "{} BETWEEN :v AND :w",
    ":v < {}",
    "{} <> :v",
    "",
)
TEXTS = ("a", "aa", "ab", "b", "ba", "c", "é", "😀")


def say(module: ModuleType, action: str, request: dict[str, Any]) -> tuple[int, Any]:
    status, _, body = getattr(module, action)(copy.deepcopy(request))
    return status, json.loads(body)


def texts(chance: random.Random, **attributes: float) -> dict[str, dict[str, str]]:
    """Returns typed attributes, each present with its probability."""
    return {name: {"S": chance.choice(TEXTS)} for name, odds in attributes.items() if chance.random() < odds}


def write(chance: random.Random) -> tuple[str, dict[str, Any]]:
    key, rest = texts(chance, pk=1, sk=1), texts(chance, shop=0.8, made=0.8, kind=0.7)
    match chance.randrange(4):
        case 0:
            return "_delete_item", {"TableName": "rows", "Key": key}
        case 1:
            change = {
                "UpdateExpression": "SET made = :m",
                "ExpressionAttributeValues": {":m": rest.get("made", {"S": "a"})},
            }
            return "_update_item", {"TableName": "rows", "Key": key, **change}
        case 2:
            puts = [{"Put": {"TableName": "rows", "Item": key | rest}}]
            return "_transact_write_items", {"TransactItems": puts}
    return "_put_item", {"TableName": "rows", "Item": key | rest}


def query(chance: random.Random) -> dict[str, Any]:
    index = chance.choice([None, "by-shop", "of-shop"])
    hashed, ranged = {None: ("pk", "sk"), "by-shop": ("shop", "made"), "of-shop": ("shop", "made")}[index]
    condition = chance.choice(CONDITIONS).format(chance.choice([ranged, "#r"]))
    low, high = (sorted if chance.random() < 0.9 else list)([chance.choice(TEXTS), chance.choice(TEXTS)])
    values = {":h": chance.choice(TEXTS), ":v": low, ":w": high, ":k": "a"}
    request: dict[str, Any] = {
        "TableName": "rows",
        "KeyConditionExpression": " AND ".join(filter(None, [f"{hashed} = :h", condition])),
    }
    if chance.random() < 0.5:
        request["KeyConditionExpression"] = f"({request['KeyConditionExpression']})"
    if index:
        request["IndexName"] = index
    if chance.random() < 0.3:
        request["FilterExpression"] = chance.choice(["kind = :k", "attribute_exists(kind)", "kind = ", "size = :k"])
    if chance.random() < 0.6:
        request["Limit"] = chance.randrange(4)
    if chance.random() < 0.5:
        request["ScanIndexForward"] = chance.random() < 0.3
    if chance.random() < 0.2:
        request["Select"] = "COUNT"
    text = request["KeyConditionExpression"] + request.get("FilterExpression", "")
    request["ExpressionAttributeValues"] = {name: {"S": value} for name, value in values.items() if name in text}
    if "#r" in text:
        request["ExpressionAttributeNames"] = {"#r": ranged}
    if chance.random() < 0.3:
        request["ExclusiveStartKey"] = texts(
            chance, pk=1, sk=1, shop=0.9 if index else 0, made=0.9 if index == "by-shop" else 0
        )
    return request


def pages(module: ModuleType, request: dict[str, Any]) -> list[Any]:
    """Returns all pages that follow from the request."""
    found = [say(module, "_query", request)]
    while (last := found[-1][1].get("LastEvaluatedKey")) and len(found) < 50:
        found.append(say(module, "_query", request | {"ExclusiveStartKey": last}))
    return found


@pytest.mark.parametrize("seed", range(6))
def test_a_query_gives_what_the_unpatched_engine_gives(seed: int) -> None:
    chance = random.Random(seed)
    plain, ours = engine(), patched()
    for module in (plain, ours):
        say(module, "_create_table", TABLE)
    good = 0
    for _ in range(150):
        action, change = write(chance)
        assert say(plain, action, change)[0] == say(ours, action, change)[0]
        for _ in range(3):
            request = query(chance)
            wanted = pages(plain, request)
            assert pages(ours, request) == wanted, request
            good += wanted[0][1].get("Count", 0) > 0
    assert good > 40


@pytest.mark.parametrize(
    "condition",
    [
        "shop = :h",
        "(shop = :h AND made >= :v)",
        "(#0 = :h AND begins_with (#1, :v))",
        "(#0 = :h AND #1 BETWEEN :v AND :w)",
        "shop = :h AND made < :w",
    ],
)
def test_a_page_costs_the_same_at_a_long_history(condition: str) -> None:
    ours = patched()
    say(ours, "_create_table", TABLE)
    request = {
        "TableName": "rows",
        "IndexName": "by-shop",
        "KeyConditionExpression": condition,
        "ExpressionAttributeValues": {
            name: {"S": value} for name, value in {":h": "a", ":v": "0", ":w": "1"}.items() if name in condition
        },
        "ScanIndexForward": False,
        "Limit": 10,
    }
    if "#0" in condition:
        request["ExpressionAttributeNames"] = {"#0": "shop", "#1": "made"}
    seconds = {}
    for rows in (100, 4_000):
        for row in range(rows):
            item = {"pk": {"S": f"p{row}"}, "sk": {"S": "s"}, "shop": {"S": "a"}, "made": {"S": f"{row:06}"}}
            say_row(ours, item)
        assert say(ours, "_query", request)[1]["Count"] == 10
        seconds[rows] = min(timed(ours, request) for _ in range(20))
    assert seconds[4_000] < 3 * seconds[100]


def say_row(module: ModuleType, item: dict[str, Any]) -> None:
    module._set_item(module._tables["rows"], item["pk"]["S"], item["sk"]["S"], item)


def timed(module: ModuleType, request: dict[str, Any]) -> float:
    started = time.perf_counter()
    module._query(request)
    return time.perf_counter() - started


def test_the_rows_of_a_restored_table_are_sorted_anew() -> None:
    ours = patched()
    say(ours, "_create_table", TABLE)
    say_row(ours, {"pk": {"S": "a"}, "sk": {"S": "b"}})
    request = {
        "TableName": "rows",
        "KeyConditionExpression": "pk = :h",
        "ExpressionAttributeValues": {":h": {"S": "a"}},
    }
    assert say(ours, "_query", request)[1]["Count"] == 1
    ours._tables["rows"]["items"] = {"a": {"c": {"pk": {"S": "a"}, "sk": {"S": "c"}}}}
    ours._items_replaced(ours._tables["rows"])
    assert say(ours, "_query", request)[1]["Items"][0]["sk"] == {"S": "c"}


@pytest.mark.parametrize("name", [*patches.INTERNALS, "_INDEX_MEMBERS"])
def test_an_emulator_with_other_internals_is_refused(name: str) -> None:
    module = engine()
    setattr(module, name, lambda other: other)
    query_before = module._query
    with pytest.raises(patches.ChangedEmulator):
        patches.install(module)
    assert module._query is query_before


def test_what_is_derived_is_not_saved() -> None:
    ours = patched()
    say(ours, "_create_table", TABLE)
    say_row(ours, {"pk": {"S": "a"}, "sk": {"S": "b"}})
    say(
        ours,
        "_query",
        {"TableName": "rows", "KeyConditionExpression": "pk = :h", "ExpressionAttributeValues": {":h": {"S": "a"}}},
    )
    (saved,) = ours.get_state()["tables"].all_values()
    assert patches.MEMBERS not in saved
    assert patches.MEMBERS in ours._tables["rows"]


def test_a_deleted_row_leaves_the_order() -> None:
    ours = patched()
    say(ours, "_create_table", TABLE)
    row = {"pk": {"S": "a"}, "sk": {"S": "b"}, "shop": {"S": "s"}, "made": {"S": "1"}}
    say(ours, "_put_item", {"TableName": "rows", "Item": row})
    order = ours._index_members(ours._tables["rows"])
    assert order.get("by-shop").get("s") == [("a", "b")]
    say(ours, "_delete_item", {"TableName": "rows", "Key": {name: row[name] for name in ("pk", "sk")}})
    assert order.get("by-shop").get("s") == []
    assert not order.partitions


@pytest.mark.parametrize("value", [{"a": [{"S": "é"}, None, True, 1.5]}, {"rows": defaultdict(dict, {"x": {}})}])
def test_a_copy_is_equal_and_shares_nothing(value):
    made = patches.copied(value)
    assert (made, type(made)) == (value, type(value))
    assert all(made[name] is not value[name] for name in value)


def test_an_answer_is_the_json_that_the_emulator_itself_would_send():
    data = {"Item": {"id": {"S": "é\n"}, "n": {"N": "1.50"}, "l": {"L": [{"NULL": True}]}}}
    ours, theirs = patches.response(data), engine().json_response(data)
    assert ours[:2] == theirs[:2]
    assert json.loads(ours[2]) == json.loads(theirs[2])
    assert patches.text({"b": 1, "a": 2}, sort_keys=True) == '{"a": 2, "b": 1}'
