"""The demo account: AWS's answers on loopback, from a child process, without network or credentials.

``process`` starts ``child``, which listens and hands each request to ``server``; that checks its ``signature``, lets
``faults`` strike, and calls an operation in ``services``. What the account holds at the start comes from ``seed``; HTTP
and AWS's protocols are in ``wire``.

It is an imitation, made from AWS's documents: policies are not enforced, nothing can be bought or launched, and things
that take AWS minutes take seconds here. Each service's module says how far it goes.
"""

from __future__ import annotations
