"""A service that speaks S3, for the tests of files in a bucket: moto's, with one bucket and a key that may do beneath one prefix of it
what docs/operations.md says that the portal's key has to be able to do, and nothing else. It checks signatures and rights.

Says in one line where it is and what opens it, as JSON; ends when whoever started it closes its standard input. Everything is kept in
memory. Under /listed it tells what lies in the bucket, and how many uploads in parts were never ended. An argument is the port.
"""

import json
import logging
import os
import sys
from threading import Thread

# each request has to be signed, from the first one on; moto reads this when it is loaded
os.environ["INITIAL_NO_AUTH_ACTION_COUNT"] = "0"

from moto.backends import get_backend
from moto.server import DomainDispatcherApplication, create_backend_app
from werkzeug.serving import make_server

ACCOUNT = "123456789012"
REGION = "eu-central-1"
BUCKET = "members-files"
PREFIX = "of/concert"
RIGHTS = ["s3:PutObject", "s3:GetObject", "s3:DeleteObject", "s3:AbortMultipartUpload"]


def key():
    """What opens the prefix."""
    iam = get_backend("iam")[ACCOUNT]["aws"]
    iam.create_user(REGION, "concert")
    statement = {"Effect": "Allow", "Action": RIGHTS, "Resource": f"arn:aws:s3:::{BUCKET}/{PREFIX}/*"}
    iam.put_user_policy("concert", "files", json.dumps({"Version": "2012-10-17", "Statement": [statement]}))
    made = iam.create_access_key("concert")
    return {"key": made.access_key_id, "secret": made.secret_access_key}


def main():
    logging.getLogger("werkzeug").setLevel(logging.ERROR)
    bucket = get_backend("s3")[ACCOUNT]["aws"].create_bucket(BUCKET, REGION)
    moto = DomainDispatcherApplication(create_backend_app)

    def site(environ, start):
        if environ["PATH_INFO"] != "/listed":
            return moto(environ, start)
        objects = {name: len(object.value) for name, object in bucket.keys.items()}
        body = json.dumps({"objects": objects, "parts": len(bucket.multiparts)}).encode()
        # with its length: whoever asks reads it whole, and no pieces
        start("200 OK", [("Content-Type", "application/json"), ("Content-Length", str(len(body)))])
        return [body]

    port = int(sys.argv[1]) if len(sys.argv) > 1 else 0
    server = make_server("127.0.0.1", port, site, threaded=True)
    Thread(target=server.serve_forever, daemon=True).start()
    where = {"endpoint": f"http://127.0.0.1:{server.server_port}", "region": REGION, "place": f"s3://{BUCKET}/{PREFIX}"}
    print(json.dumps({**where, **key()}), flush=True)
    sys.stdin.read()


main()
