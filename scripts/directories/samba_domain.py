"""Makes an Active Directory domain in the folders that an smb.conf names.

usage: /usr/bin/python3 samba_domain.py SMB.CONF ENTRIES.LDIF CHANGES.LDIF

ENTRIES.LDIF is added in one transaction; CHANGES.LDIF is applied with the right to set what a domain controller sets by
itself, such as pwdLastSet. Not samba-tool(8), because that wants to give the files of the sysvol share to users of the
domain, which needs root and extended attributes; for LDAP nobody needs these files.
"""
import logging
import sys

from samba.auth import system_session
from samba.dsdb import DS_DOMAIN_FUNCTION_2008_R2, DSDB_CONTROL_BYPASS_PASSWORD_HASH_OID
from samba.param import LoadParm
from samba.provision import provision
from samba.samdb import SamDB

configuration, entries, changes = sys.argv[1:]
provision(
    logging.getLogger("provision"), system_session(), smbconf=configuration, realm="AD.EXAMPLE.ORG", domain="EXAMPLE",
    hostname="dc1", hostip="127.0.0.1", adminpass="admin-Secret-1", serverrole="active directory domain controller",
    dns_backend="NONE", use_rfc2307=True, dom_for_fun_level=DS_DOMAIN_FUNCTION_2008_R2)

parameters = LoadParm()
parameters.load(configuration)
domain = SamDB(session_info=system_session(), lp=parameters)
domain.transaction_start()
with open(entries, encoding="utf-8") as ldif:
    domain.modify_ldif(ldif.read())
with open(changes, encoding="utf-8") as ldif:
    domain.modify_ldif(ldif.read(), controls=[f"local_oid:{DSDB_CONTROL_BYPASS_PASSWORD_HASH_OID}:0"])
domain.transaction_commit()
