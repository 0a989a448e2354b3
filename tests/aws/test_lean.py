"""What importing the AWS side leaves out: authorities that nobody would ask. Nothing may pass unverified for it."""

from __future__ import annotations

import hashlib
import inspect
import subprocess
import sys
from textwrap import dedent

import aiohttp.connector

from tests.support.source import ROOT


def run(program: str) -> str:
    """Run a fresh interpreter and return what it printed."""
    done = subprocess.run(
        [sys.executable, "-c", dedent(program)], capture_output=True, text=True, timeout=60, cwd=ROOT, check=False
    )
    assert done.returncode == 0, done.stderr
    return done.stdout


def test_what_is_left_out_is_what_it_was() -> None:
    """Where this fails aiohttp makes its TLS settings in another way: see whether ``lean`` still fits."""
    source = inspect.getsource(aiohttp.connector._make_ssl_context)
    assert hashlib.sha256(source.encode()).hexdigest()[:16] == "cf3cc460fdd5243c"


def test_no_authority_is_read_while_importing_and_reading_works_again_afterwards() -> None:
    out = run("""
        import ssl
        own = ssl.SSLContext.set_default_verify_paths
        import console.aws.gateway, aiohttp.connector as connector
        assert ssl.SSLContext.set_default_verify_paths is own
        kept = connector._SSL_CONTEXT_VERIFIED
        print(kept.verify_mode.name, kept.check_hostname, len(kept.get_ca_certs()))
    """)
    assert out.split() == ["CERT_REQUIRED", "True", "0"]


def test_what_we_connect_with_verifies_against_authorities() -> None:
    out = run("""
        from console.aws.transport import _verifying
        kept = _verifying(True)
        print(kept.verify_mode.name, kept.check_hostname, len(kept.get_ca_certs()) > 50)
    """)
    assert out.split() == ["CERT_REQUIRED", "True", "True"]


def test_where_aiohttp_is_there_already_nothing_is_touched() -> None:
    out = run("""
        import aiohttp.connector as connector
        kept = connector._SSL_CONTEXT_VERIFIED
        import console.aws.gateway
        print(connector._SSL_CONTEXT_VERIFIED is kept)
    """)
    assert out.split() == ["True"]


def test_no_documentation_is_loaded_and_it_can_be_afterwards() -> None:
    out = run("""
        import sys
        import console.aws.gateway
        print(*[name for name in sys.modules if name.startswith(("botocore.docs", "awscli"))])
        from botocore.docs.docstring import ClientMethodDocstring
        import botocore.docs
        from botocore.docs.service import ServiceDocumenter
        print(ClientMethodDocstring.__module__, len(botocore.docs.__file__) > 0)
    """)
    assert out.split() == ["botocore.docs.utils", "botocore.docs.docstring", "True"]


def test_whoever_imports_boto3_afterwards_has_all_of_it() -> None:
    out = run("""
        import console.aws.gateway
        import boto3
        session = boto3.Session(region_name="eu-west-1")
        print(session.client("sqs").can_paginate("list_queues"), session.resource("sqs").meta.service_name)
    """)
    assert out.split() == ["True", "sqs"]


def test_boto3_and_other_clients_are_never_imported() -> None:
    out = run("""
        import sys
        import console.aws.gateway
        print(*sorted({"boto3", "s3transfer", "awscrt", "httpx", "requests", "textual"} & set(sys.modules)))
    """)
    assert out.split() == []
