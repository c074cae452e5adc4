"""The reader of requests: words, lines, clauses, and what they mean for a spec.

``tokens`` parts text into words, ``layout`` into sentences, the readers (``commands``, ``statements``, ``access``,
``listing``, ``service``, ``endpoints``, ``declaring``) turn each sentence into typed clauses (``clauses``), ``fields``
and ``meaning`` turn clauses into a spec. What people say is in ``vocabulary.yaml``.
"""
