"""Prints what Django answers about permissions: kinds of users x ways to be given something x questions, as a Swift file.

usage: permissions.py FOLDER     a folder for the site's modules and database
"""
import json
import os
import sqlite3
import sys
import textwrap

folder = sys.argv[1]

# Models by application: name, verbose name, default permissions, custom permissions; None for Django's default.
MODELS = {
    "payroll": [
        ("Payslip", None, None, {"approve_payslip": "Can approve payslips"}),
        ("PayRun", None, None, {}),
        ("HTTPRequestLog", None, None, {}),
        ("Year2026Report", "annual report", ("view", "print"), {}),
        ("APIKey", None, (), {"rotate": "May rotate keys"}),
        ("X", None, None, {}),
        ("lower_case", None, None, {}),
        ("ReportV2", None, None, {}),
    ],
    # A label that another one begins with.
    "pay": [("Thing", None, None, {})],
    # Two models with a custom permission of the same codename: two rows, one permission string.
    "news": [
        ("Article", None, None, {"publish": "Can publish articles", "read": "Can read"}),
        ("Draft", None, None, {"publish": "Can publish drafts"}),
    ],
}

for app, models in MODELS.items():
    os.makedirs(f"{folder}/{app}")
    open(f"{folder}/{app}/__init__.py", "w").close()
    with open(f"{folder}/{app}/models.py", "w") as file:
        file.write("from django.db import models\n")
        for name, verbose_name, actions, custom in models:
            options = {"verbose_name": verbose_name, "default_permissions": actions, "permissions": list(custom.items())}
            file.write(f"class {name}(models.Model):\n    class Meta:\n")
            for option, value in options.items():
                if value is not None:
                    file.write(f"        {option} = {value!r}\n")
with open(f"{folder}/second.py", "w") as file:
    file.write(textwrap.dedent('''\
        from django.contrib.auth.backends import BaseBackend
        from django.core.exceptions import PermissionDenied

        class SecondBackend(BaseBackend):
            """Knows one object, lets anybody read, and forbids one permission."""
            def get_user_permissions(self, user, obj=None):
                if user.is_anonymous:
                    return {"news.read"} if obj in (None, "article-1") else set()
                if not user.is_active:
                    return set()
                return {"news.publish"} if obj == "article-1" else set()

            def has_perm(self, user, perm, obj=None):
                if perm == "payroll.change_payslip" and not user.is_anonymous and user.is_active:
                    raise PermissionDenied
                return super().has_perm(user, perm, obj)

            def has_module_perms(self, user, label):
                return any(perm.split(".")[0] == label for perm in self.get_all_permissions(user))
        '''))
sys.path.insert(0, folder)

import django
from django.conf import settings

MODEL_BACKEND, SECOND_BACKEND = "django.contrib.auth.backends.ModelBackend", "second.SecondBackend"
settings.configure(
    INSTALLED_APPS=["django.contrib.contenttypes", "django.contrib.auth", *MODELS],
    DATABASES={"default": {"ENGINE": "django.db.backends.sqlite3", "NAME": f"{folder}/site.db"}},
    DEFAULT_AUTO_FIELD="django.db.models.BigAutoField", USE_TZ=True)
django.setup()

from django.contrib.auth.models import AnonymousUser, Group, Permission, User
from django.core.management import call_command
from django.test.utils import override_settings

call_command("migrate", run_syncdb=True, verbosity=0)


def permission(label, codename, model=None):
    found = Permission.objects.filter(content_type__app_label=label, codename=codename).order_by("id")
    return found.get(content_type__model=model) if model else found[0]


VIEW = permission("payroll", "view_payslip")
CHANGE = permission("payroll", "change_payslip")
APPROVE = permission("payroll", "approve_payslip")
PUBLISH = permission("news", "publish", "article")
PUBLISH_DRAFT = permission("news", "publish", "draft")
GROUPS = {"accounting": [VIEW, CHANGE], "editors": [PUBLISH], "empty": []}
for name, held in GROUPS.items():
    Group.objects.create(name=name).permissions.set(held)

KINDS = {
    "plain": {}, "staff": {"is_staff": True}, "super": {"is_superuser": True}, "inactive": {"is_active": False},
    "inactive-super": {"is_active": False, "is_superuser": True},
}
GRANTS = {
    "none": ([], []), "direct": ([VIEW], []), "group": ([], ["accounting"]), "both": ([VIEW], ["accounting", "empty"]),
    "mixed": ([APPROVE], ["accounting", "editors"]), "second-row": ([PUBLISH_DRAFT], []),
}
users = []
for kind, flags in KINDS.items():
    for grant, (direct, groups) in GRANTS.items():
        user = User.objects.create(username=f"{kind}.{grant}", password="!", date_joined="2026-01-31T12:34:56Z", **flags)
        user.user_permissions.set(direct)
        user.groups.set(Group.objects.filter(name__in=groups))
        users.append({
            "username": user.username, "isActive": user.is_active, "isSuperuser": user.is_superuser,
            "direct": [f"{held.content_type.app_label}.{held.codename}" for held in direct], "groups": groups})

PERMISSIONS = [
    "payroll.view_payslip", "payroll.change_payslip", "payroll.approve_payslip", "news.publish", "news.read",
    "pay.view_thing", "payroll.no_such_thing", "nothing.view_payslip", "PAYROLL.view_payslip", "payroll.VIEW_payslip",
]
MODULES = ["payroll", "pay", "news", "auth", "Payroll", "nothing", ""]
LISTS = [[], PERMISSIONS[:1], PERMISSIONS[:2], PERMISSIONS[:4]]


def questions(find, objects):
    """The answers on a fresh user object each time, so that no cache of Django's has a say."""
    answers = {
        "modules": [label for label in MODULES if find().has_module_perms(label)],
        "lists": [find().has_perms(names) for names in LISTS],
        "direct": sorted(find().get_user_permissions()), "groups": sorted(find().get_group_permissions()),
        "all": sorted(find().get_all_permissions()),
        "has": {str(obj): [name for name in PERMISSIONS if find().has_perm(name, obj)] for obj in objects},
    }
    # The superuser's list of everything there is, said once.
    for key in ("direct", "groups", "all"):
        if answers[key] == EVERYTHING:
            answers[key] = ["*"]
    return answers


def everybody(objects):
    answers = {name: questions(lambda name=name: User.objects.get(username=name), objects)
               for name in (user["username"] for user in users)}
    answers[""] = questions(AnonymousUser, objects)
    return answers


EVERYTHING = sorted({f"{held.content_type.app_label}.{held.codename}" for held in Permission.objects.all()})
chains = {}
for name, backends in {"model": [MODEL_BACKEND], "model, second": [MODEL_BACKEND, SECOND_BACKEND],
                       "second, model": [SECOND_BACKEND, MODEL_BACKEND]}.items():
    with override_settings(AUTHENTICATION_BACKENDS=backends):
        chains[name] = everybody([None, "article-1", "article-2"])

holders = [
    {"permission": name, "isActive": active, "includesSuperusers": supers, "object": obj,
     "users": sorted(User.objects.with_perm(name, is_active=active, include_superusers=supers, obj=obj)
                     .values_list("username", flat=True))}
    for name in ("payroll.view_payslip", "news.publish", "payroll.no_such_thing")
    for active in (True, False, None) for supers in (True, False) for obj in (None, "article-1")
]

models = [
    {"appLabel": app, "name": name, "verboseName": verbose_name, "actions": actions, "custom": custom,
     "rows": sorted([held.codename, held.name] for held in
                    Permission.objects.filter(content_type__app_label=app, content_type__model=name.lower()))}
    for app, of_app in MODELS.items() for name, verbose_name, actions, custom in of_app
]
tables = ["django_content_type", "auth_permission", "auth_group", "auth_group_permissions", "auth_user",
          "auth_user_groups", "auth_user_user_permissions"]
database = sqlite3.connect(f"{folder}/site.db")


def literal(value):
    return "NULL" if value is None else str(value) if isinstance(value, int) else "'" + value.replace("'", "''") + "'"


rows = []
for table in tables:
    cursor = database.execute(f"SELECT * FROM {table}")
    columns = ", ".join(column[0] for column in cursor.description)
    values = ",\n".join("(" + ", ".join(map(literal, row)) + ")" for row in cursor)
    rows.append(f"INSERT INTO {table} ({columns}) VALUES\n{values};")

everything = {
    "permissions": PERMISSIONS, "modules": MODULES, "lists": LISTS, "everything": EVERYTHING, "models": models,
    "groups": {name: [f"{held.content_type.app_label}.{held.codename}" for held in held_by]
               for name, held_by in GROUPS.items()},
    "users": users, "chains": {}, "holders": [],
}


def lines(value):
    return json.dumps(value, ensure_ascii=False)


text = lines(everything)[:-len('"chains": {}, "holders": []}')]
text += '"chains": {\n' + ",\n".join(
    f"{lines(name)}: {{\n" + ",\n".join(f"{lines(user)}: {lines(given)}" for user, given in answers.items()) + "}"
    for name, answers in chains.items()) + "},\n"
text += '"holders": [\n' + ",\n".join(map(lines, holders)) + "]}"
print(f'''/// What Django {django.__version__} answers about permissions; `scripts/golden-permissions` writes this file.
let djangoPermissionAnswers = ##"""
{textwrap.indent(text, "    ")}
    """##

/// The rows of the database that gave these answers.
let djangoPermissionRows = ##"""
{textwrap.indent(chr(10).join(rows), "    ")}
    """##''')
