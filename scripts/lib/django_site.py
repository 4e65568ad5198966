"""Is a Django site on a database: reads a question as JSON from standard input, writes its answer as JSON to standard output.

usage: django_site.py DATABASE

Every question has {"do", "key": the secret key, "iterations": those of new hashes}. What is done, with what more, and the answer:

  migrate                                      {"version", "applied": ["app.migration"] that this run applied}
  populate     "count"                         [{"username", "password"}]: one person in each algorithm that there is; before that so many
                                               people are made, with groups and permissions of every kind
  everybody                                    [{"id", "username", …, "groups", "permissions": get_all_permissions,
                                                 "granted": those of all permissions that has_perm grants, …}] by username
  authenticate "people"                        [[what authenticate says, what check_password says]]
  sign_in      "people"                        [a session's key, null for a wrong password]; without a password it begins unasked, as one
                                               does that a site's own backend answered for
  visit        "sessions"                      [the username whose session it still is]
  administer   "person", "change", "delete"    {"listed": whether the list shows them, "changed", "deleted", "entries": [the admin's log]}
"""

import json
import sys

import django
from django.conf import settings

asked = json.load(sys.stdin)
hashers = ["PBKDF2", "PBKDF2SHA1", "Argon2", "BCryptSHA256", "BCrypt", "Scrypt", "MD5"]
settings.configure(
    SECRET_KEY=asked["key"],
    USE_TZ=True,
    TIME_ZONE="UTC",
    ALLOWED_HOSTS=["testserver"],
    DEFAULT_AUTO_FIELD="django.db.models.BigAutoField",
    DATABASES={"default": {"ENGINE": "django.db.backends.sqlite3", "NAME": sys.argv[1]}},
    INSTALLED_APPS=[
        f"django.contrib.{name}" for name in ["admin", "auth", "contenttypes", "sessions", "messages"]
    ],
    MIDDLEWARE=[
        "django.contrib.sessions.middleware.SessionMiddleware",
        "django.contrib.auth.middleware.AuthenticationMiddleware",
        "django.contrib.messages.middleware.MessageMiddleware",
    ],
    TEMPLATES=[
        {
            "BACKEND": "django.template.backends.django.DjangoTemplates",
            "APP_DIRS": True,
            "OPTIONS": {
                "context_processors": [
                    "django.template.context_processors.request",
                    "django.contrib.auth.context_processors.auth",
                    "django.contrib.messages.context_processors.messages",
                ]
            },
        }
    ],
    STATIC_URL="static/",
    ROOT_URLCONF="__main__",
    PASSWORD_HASHERS=[f"django.contrib.auth.hashers.{name}PasswordHasher" for name in hashers],
)
django.setup()

from django.contrib import admin, auth
from django.contrib.admin.models import LogEntry
from django.contrib.auth.hashers import PBKDF2PasswordHasher, get_hashers, make_password
from django.contrib.auth.models import Group, Permission, User
from django.contrib.contenttypes.models import ContentType
from django.contrib.sessions.backends.db import SessionStore
from django.core.management import call_command
from django.db import connection, transaction
from django.http import HttpRequest
from django.test import Client
from django.urls import path, reverse
from django.utils import timezone

urlpatterns = [path("admin/", admin.site.urls)]
PBKDF2PasswordHasher.iterations = asked["iterations"]


def migrate():
    def applied():
        with connection.cursor() as cursor:
            if "django_migrations" not in connection.introspection.table_names(cursor):
                return set()
            cursor.execute("SELECT app, name FROM django_migrations")
            return {".".join(row) for row in cursor.fetchall()}

    before = applied()
    call_command("migrate", interactive=False, verbosity=0)
    return {"version": django.get_version(), "applied": sorted(applied() - before)}


@transaction.atomic
def populate(count):
    kind = ContentType.objects.create(app_label="payroll", model="payslip")
    for action in ["add", "change", "delete", "view", "sign"]:
        Permission.objects.create(content_type=kind, codename=f"{action}_payslip", name=f"Can {action} payslip")
    permissions = list(Permission.objects.order_by("pk"))
    groups = [Group.objects.create(name=f"Gruppe Ž{number}") for number in range(20)]
    for number, group in enumerate(groups[:-1]):
        group.permissions.set(permissions[number :: len(groups) // 2])
    samples = []
    for hasher in get_hashers():
        # The work of algorithms other than the preferred one does not matter here.
        password = f"{hasher.algorithm} läßt ein"
        user = User.objects.create_user(f"by_{hasher.algorithm}", password=None)
        user.password = make_password(password, hasher=hasher)
        user.save()
        samples.append({"username": user.username, "password": password})
    now = timezone.now()
    for number in range(count):
        user = User.objects.create(
            username=f"{['ann', 'bøb', 'Žofie', '佐藤'][number % 4]}.{number:03}",
            first_name="Jo" * (number % 3),
            last_name=f"Ó Brien {number}",
            email=f"p{number}@Example.org" if number % 5 else "",
            is_active=number % 7 != 0,
            is_staff=number % 11 == 0,
            is_superuser=number % 29 == 0,
            last_login=now - timezone.timedelta(seconds=number) if number % 2 else None,
            password=[make_password("anna " + str(number)), make_password(None), "", "!", "kaputt"][number % 5],
        )
        user.groups.set(groups[number % 13 : number % 13 + number % 9])
        user.user_permissions.set(permissions[number % 3 :: 6 + number % 5] if number % 4 else [])
    root = User.objects.create_superuser("root", "root@example.org", "root läßt ein")
    return samples + [{"username": root.username, "password": "root läßt ein"}]


def everybody():
    def moment(value):
        return value and value.strftime("%Y-%m-%dT%H:%M:%SZ")

    names = [f"{app}.{code}" for app, code in Permission.objects.values_list("content_type__app_label", "codename")]
    return [
        {
            "id": user.pk,
            "username": user.username,
            "first_name": user.first_name,
            "last_name": user.last_name,
            "email": user.email,
            "is_active": user.is_active,
            "is_staff": user.is_staff,
            "is_superuser": user.is_superuser,
            "last_login": moment(user.last_login),
            "date_joined": moment(user.date_joined),
            "groups": sorted(user.groups.values_list("name", flat=True)),
            "permissions": sorted(user.get_all_permissions()),
            "granted": sorted(name for name in names if user.has_perm(name)),
        }
        for user in User.objects.order_by("username")
    ]


def authenticate(people):
    return [
        [
            auth.authenticate(**person) is not None,
            User.objects.get(username=person["username"]).check_password(person["password"]),
        ]
        for person in people
    ]


def request(session=None):
    request = HttpRequest()
    request.session = SessionStore(session)
    return request


def sign_in(people):
    keys = []
    for person in people:
        here = request()
        if person.get("password") is None:
            user = User.objects.get(username=person["username"])
        else:
            user = auth.authenticate(**person)
        if user:
            auth.login(here, user, "django.contrib.auth.backends.ModelBackend")
            here.session.save()
        keys.append(here.session.session_key)
    return keys


def visit(sessions):
    return [auth.get_user(request(session)).get_username() or None for session in sessions]


def administer(person, change, delete):
    client = Client(raise_request_exception=True)
    client.post(reverse("admin:login"), person)
    users = reverse("admin:auth_user_changelist")
    listed = all(f">{name}</a>" in client.get(users, {"q": name}).content.decode() for name in [change, delete])
    changed, deleted = User.objects.get(username=change), User.objects.get(username=delete)
    form = {
        "username": changed.username,
        "first_name": changed.first_name,
        "last_name": "Changed",
        "email": changed.email,
        "groups": [group.pk for group in changed.groups.all()],
        "user_permissions": [permission.pk for permission in changed.user_permissions.all()],
    }
    form |= {flag: "on" for flag in ["is_active", "is_staff", "is_superuser"] if getattr(changed, flag)}
    for prefix in ["", "initial-"]:
        form[f"{prefix}date_joined_0"] = changed.date_joined.strftime("%Y-%m-%d")
        form[f"{prefix}date_joined_1"] = changed.date_joined.strftime("%H:%M:%S")
    client.post(reverse("admin:auth_user_change", args=[changed.pk]), form)
    client.post(reverse("admin:auth_user_delete", args=[deleted.pk]), {"post": "yes"})
    changed.refresh_from_db()
    return {
        "listed": listed,
        "changed": changed.last_name == "Changed",
        "deleted": not User.objects.filter(pk=deleted.pk).exists(),
        "entries": [f"{entry.user}: {entry}" for entry in LogEntry.objects.order_by("pk")],
    }


what = {
    each.__name__: each for each in [migrate, populate, everybody, authenticate, sign_in, visit, administer]
}[asked.pop("do")]
details = {name: value for name, value in asked.items() if name not in ["key", "iterations"]}
json.dump(what(**details), sys.stdout)
