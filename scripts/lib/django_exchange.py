"""Does with Django what DjangoExchangeTests ask for: reads JSON from standard input, writes JSON to standard output.

In:  {"key", "old_key", "iterations", "passwords": [text],
      "hashes": [{"password", "encoded"}],
      "accounts": [{"id", "password", "last_login": seconds since 1970, if any, "email", "token"}],
      "choices": [{"password", "username", "first_name", "last_name", "email"}]}
Out: {"version",
      "verdicts": [[is right, with another first character, must be updated]]    of the hashes
      "made": [{"password", "encoded"}]                              every password in every algorithm that takes it
      "tokens": [{"accepted", "token", "old_token"}]                 of the accounts
      "flaws": [[code]]}                                             of the choices, all validators but the common passwords
"""

import datetime
import json
import sys

import django
from django.conf import settings

asked = json.load(sys.stdin)
hashers = ["PBKDF2", "PBKDF2SHA1", "Argon2", "BCryptSHA256", "BCrypt", "Scrypt", "MD5"]
settings.configure(
    SECRET_KEY=asked["key"],
    SECRET_KEY_FALLBACKS=[asked["old_key"]],
    USE_TZ=True,
    TIME_ZONE="UTC",
    INSTALLED_APPS=["django.contrib.auth", "django.contrib.contenttypes"],
    PASSWORD_HASHERS=[f"django.contrib.auth.hashers.{name}PasswordHasher" for name in hashers],
)
django.setup()

from django.contrib.auth.hashers import PBKDF2PasswordHasher, check_password, get_hashers, identify_hasher, make_password
from django.contrib.auth.models import User
from django.contrib.auth.password_validation import (
    MinimumLengthValidator,
    NumericPasswordValidator,
    UserAttributeSimilarityValidator,
)
from django.contrib.auth.tokens import PasswordResetTokenGenerator
from django.core.exceptions import ValidationError

PBKDF2PasswordHasher.iterations = asked["iterations"]


def verdict(password, encoded):
    return [
        check_password(password, encoded),
        check_password("?" + password[1:], encoded),
        identify_hasher(encoded).must_update(encoded),
    ]


def made():
    for hasher in get_hashers():
        for password in asked["passwords"]:
            if hasher.algorithm != "bcrypt" or len(password.encode()) <= 72:
                yield {"password": password, "encoded": make_password(password, hasher=hasher)}


def token(account):
    login = account.get("last_login")
    user = User(
        pk=account["id"],
        password=account["password"],
        email=account["email"],
        last_login=login and datetime.datetime.fromtimestamp(login, datetime.timezone.utc),
    )
    old = PasswordResetTokenGenerator()
    old.secret = asked["old_key"]
    return {
        "accepted": PasswordResetTokenGenerator().check_token(user, account["token"]),
        "token": PasswordResetTokenGenerator().make_token(user),
        "old_token": old.make_token(user),
    }


def flaws(choice):
    password = choice.pop("password")
    user, codes = User(**choice), []
    for validator in [UserAttributeSimilarityValidator(), MinimumLengthValidator(), NumericPasswordValidator()]:
        try:
            validator.validate(password, user)
        except ValidationError as error:
            codes.append(error.code)
    return codes


json.dump(
    {
        "version": django.get_version(),
        "verdicts": [verdict(**each) for each in asked["hashes"]],
        "made": list(made()),
        "tokens": [token(account) for account in asked["accounts"]],
        "flaws": [flaws(choice) for choice in asked["choices"]],
    },
    sys.stdout,
)
