"""Fetches a page with Python's own library and prints what happened: argv is the URL.

SPDX-License-Identifier: GPL-3.0-or-later
"""
import sys
import urllib.error
import urllib.request

try:
    with urllib.request.urlopen(sys.argv[1], timeout=100) as page:
        print(page.status, page.read().decode().strip())
except urllib.error.URLError as error:
    sys.exit(f"{type(error.reason).__name__}: {error.reason}")
except OSError as error:
    sys.exit(f"{type(error).__name__}: {error}")
