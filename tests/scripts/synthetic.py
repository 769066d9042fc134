"""Made-up results in the form that the harness writes, for the tests of the scripts."""

import copy
import json
import pathlib

CONTEXT = {
    "date": "2026-01-02T03:04:05+00:00",
    "host_name": "testbed",
    "num_cpus": 2,
    "mhz_per_cpu": 2000,
    "library_build_type": "release",
    "load_avg": [0.5, 0.25, 0.125],
    "build": {"commit": "0123456789abcdef", "build_type": "Release", "libraries": {"leveldb": "1.23"}},
    "machine": {"cpu": "made up", "memory_bytes": 8000000000},
    "storage": {"file_system": "ext4", "sync_ms": 0.25},
    "run": {"suite": "quick", "seed": 1, "connects": 1},
    "metrics": [
        {"name": "commit_p50_ms", "unit": "ms", "better": "lower", "exact": False, "definition": "d"},
        {"name": "put_bytes", "unit": "bytes", "better": "lower", "exact": True, "definition": "d"},
        {"name": "write_amplification", "unit": "ratio", "better": "lower", "exact": True,
         "definition": "d"},
    ],
}  # fmt: skip

STRATEGIES = ("dirty_node_tree", "record_snapshot", "op_log_replay")
CLASS_OF = {"dirty_node_tree": "node", "record_snapshot": "snapshot", "op_log_replay": "log"}
DISK_BYTES = {"dirty_node_tree": 61, "record_snapshot": 140, "op_log_replay": 24}  # per datom
WORKLOADS = (
    ("trace:git-datahike", 48_000),
    ("trace:git-leveldb", 21_000),
    ("small_tx/datoms:10000", 10_400),
    ("small_tx/datoms:100000", 104_000),
    ("update/datoms:100000/flush:10", 100_200),
)


def written_per_commit(strategy, datoms):
    return {"dirty_node_tree": 90_000, "record_snapshot": 16 * datoms, "op_log_replay": 210}[strategy]


def writer_values(strategy, datoms, wobble):
    total, flushes = written_per_commit(strategy, datoms) * 400, 400
    p50 = {"dirty_node_tree": 0.9, "record_snapshot": datoms / 4000, "op_log_replay": 0.25}[strategy]
    return {
        "wall_seconds": p50 * 0.4 * wobble,
        "transactions": 400,
        "flushes": flushes,
        "eavt_datoms": datoms,
        "commit_p50_ms": p50 * wobble,
        "commit_p90_ms": p50 * 1.3 * wobble,
        "commit_p99_ms": p50 * 3 * wobble,
        "commit_p999_ms": p50 * 9 * wobble,
        "commit_max_ms": p50 * 14 * wobble,
        "put_bytes": total,
        "io_units": flushes * (2 + total // flushes // 65536),
        "syncs": flushes,
        "record_put_bytes": flushes * 80,
        "checkpoint_puts": 1 if strategy == "op_log_replay" else 0,
        f"{CLASS_OF[strategy]}_put_bytes": total - flushes * 80,
        "write_amplification": total / (70 * flushes),
        "index_bytes": datoms * 90,
        "rss_peak_bytes": 9e6 + datoms * 230,
        "disk_allocated_bytes": datoms * DISK_BYTES[strategy] + 4096,
        "disk_apparent_bytes": datoms * DISK_BYTES[strategy] * 0.95,
    }


def reader_values(phase, strategy, datoms, wobble):
    cold = 3 if phase.endswith("cold") else 1
    seconds = {"dirty_node_tree": 0.004, "record_snapshot": datoms * 0.4e-6,
               "op_log_replay": 0.002 + datoms * 0.15e-6}[strategy]  # fmt: skip
    if phase.startswith("connect"):
        lazy = strategy == "dirty_node_tree"
        return {
            "connect_to_usable_seconds": seconds * cold * wobble,
            "engine_open_seconds": 0.75 * seconds * cold * wobble,
            "heap_live_bytes": 60_000 if lazy else datoms * 95,
        }
    if phase.startswith("first_read"):
        return {"connect_to_first_read_seconds": seconds * cold * 1.4, "heap_live_bytes": 40_000}
    live = datoms * 100 if strategy == "dirty_node_tree" else 2_000
    return {"connect_to_all_read_seconds": seconds * cold * 3, "heap_live_bytes": live}


def rows_of(strategy, workload, datoms, repetitions):
    """The rows of one cell, every phase, every repetition."""
    cell = f"{strategy}/sorted_set/leveldb/{workload}"
    readers = [f"{phase}_{state}" for state in ("cold", "warm")
               for phase in ("connect", "first_read", "scan")]  # fmt: skip
    for phase in ["transact", "close", *readers]:
        for repetition in range(repetitions):
            wobble = 1 + 0.15 * repetition
            values = (
                reader_values(phase, strategy, datoms, wobble) if phase in readers
                else writer_values(strategy, datoms, wobble) if phase == "transact"
                else {"disk_allocated_bytes": datoms * DISK_BYTES[strategy] * 0.7 + 8192,
                      "disk_apparent_bytes": datoms * DISK_BYTES[strategy] * 0.7,
                      "space_amplification": 1.7}
            )  # fmt: skip
            name = f"{cell}/phase:{phase}"
            yield {
                "name": name, "run_name": name, "run_type": "iteration", "repetitions": repetitions,
                "repetition_index": repetition, "threads": 1, "iterations": 1,
                "real_time": 12.5 * wobble, "cpu_time": 11.0, "time_unit": "ms", **values,
            }  # fmt: skip


def document(strategies=STRATEGIES, workloads=WORKLOADS, repetitions=3):
    """A whole result as parsed JSON."""
    rows = [
        row
        for workload, datoms in workloads
        for strategy in strategies
        for row in rows_of(strategy, workload, datoms, repetitions)
    ]
    context = copy.deepcopy(CONTEXT)
    names = dict.fromkeys(row["name"].split("/phase:")[0] for row in rows)
    context["run"] |= {"repetitions": repetitions,
                       "cells": {name: f"{name}/tier:power" for name in names}}  # fmt: skip
    return {"context": context, "benchmarks": rows}


def write(folder, content):
    """Writes FOLDER/results.json and returns the folder."""
    folder = pathlib.Path(folder)
    folder.mkdir(parents=True, exist_ok=True)
    (folder / "results.json").write_text(json.dumps(content))
    return folder
