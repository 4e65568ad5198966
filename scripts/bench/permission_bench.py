"""Measures how fast Django answers who may do what.

usage: permission_bench.py DATABASE make PEOPLE       makes a site's database, and prints its users as dirbridge-bench reads them
       permission_bench.py DATABASE fresh|same SECONDS PERMISSION

fresh reads a user and asks once, as a request does; same asks user objects that have been asked before. Prints one JSON document.
"""
import json
import os
import resource
import statistics
import sys
import time

import django
from django.conf import settings

settings.configure(
    INSTALLED_APPS=["django.contrib.contenttypes", "django.contrib.auth"],
    DATABASES={"default": {"ENGINE": "django.db.backends.sqlite3", "NAME": sys.argv[1]}},
    DEFAULT_AUTO_FIELD="django.db.models.AutoField", USE_TZ=True)
django.setup()

from django.contrib.auth.models import Group, Permission, User
from django.contrib.contenttypes.models import ContentType
from django.core.management import call_command
from django.db import transaction

# Everybody is in 8 groups of 5 permissions each: 40 permissions, none of them twice.
GROUPS, GROUPS_EACH, PERMISSIONS, PERMISSIONS_EACH = 400, 8, 200, 5


@transaction.atomic
def fill(people):
    content_types = [ContentType.objects.create(app_label="bench", model=f"model{number}") for number in range(PERMISSIONS // 4)]
    permissions = Permission.objects.bulk_create(
        Permission(content_type=content_type, codename=f"{action}_{content_type.model}", name=f"Can {action}")
        for content_type in content_types for action in ("add", "change", "delete", "view"))
    groups = Group.objects.bulk_create(Group(name=f"group {number:03}") for number in range(GROUPS))
    Group.permissions.through.objects.bulk_create(
        Group.permissions.through(group=group, permission=permissions[(number * PERMISSIONS_EACH + index) % PERMISSIONS])
        for number, group in enumerate(groups) for index in range(PERMISSIONS_EACH))
    users = User.objects.bulk_create(User(username=f"person{number:05}", password="!") for number in range(1, people + 1))
    User.groups.through.objects.bulk_create(
        (User.groups.through(user=user, group=groups[(number * GROUPS_EACH + index) % GROUPS])
         for number, user in enumerate(users) for index in range(GROUPS_EACH)), batch_size=10000)
    for user in users:
        print(f"{user.username}\tno password")


def measure(seconds, operation):
    operation(0)
    times = []
    start, start_usage = time.perf_counter_ns(), resource.getrusage(resource.RUSAGE_SELF)
    now, end = start, start + int(seconds * 1e9)
    while now < end:
        operation(len(times))
        done = time.perf_counter_ns()
        times.append(done - now)
        now = done
    usage = resource.getrusage(resource.RUSAGE_SELF)
    cpu = usage.ru_utime + usage.ru_stime - start_usage.ru_utime - start_usage.ru_stime
    quantiles = statistics.quantiles(times, n=100)
    print(json.dumps({
        "ops": len(times), "errors": 0, "per_s": len(times) / ((now - start) / 1e9),
        "p50_ms": quantiles[49] / 1e6, "p95_ms": quantiles[94] / 1e6, "p99_ms": quantiles[98] / 1e6,
        "cpu_us": cpu / len(times) * 1e6, "rss_mib": usage.ru_maxrss / 1024, "sockets": 0}))


def load(object_kind, seconds, permission):
    keys = list(User.objects.order_by("id").values_list("pk", flat=True))
    if object_kind == "fresh":
        measure(seconds, lambda number: User.objects.get(pk=keys[number % len(keys)]).has_perm(permission))
    else:
        users = list(User.objects.order_by("id"))
        for user in users:
            user.has_perm(permission)
        measure(seconds, lambda number: users[number % len(users)].has_perm(permission))


if sys.argv[2] == "make":
    os.umask(0o077)
    call_command("migrate", verbosity=0)
    fill(int(sys.argv[3]))
else:
    load(sys.argv[2], float(sys.argv[3]), sys.argv[4])
