#!/bin/bash
# Joins the three nodes into a cluster. Can be run again: what is joined stays as it is.
set -euo pipefail
first=http://node1.couchdb:5984

# The password travels in a file descriptor, not among the arguments, where every user of the machine could read it.
ask() { curl -sS --fail-with-body --config <(printf 'user = "%s:%s"' "$COUCHDB_USER" "$COUCHDB_PASSWORD") "$@"; }
setup() { ask "$first/_cluster_setup" -H 'content-type: application/json' --data @-; }

for node in 1 2 3; do
  until curl -sf -o /dev/null "http://node$node.couchdb:5984/_up"; do sleep 1; done
done
if ask "$first/_cluster_setup" | grep -q cluster_finished; then exit 0; fi
for node in 2 3; do
  setup <<JSON
{"action": "add_node", "host": "node$node.couchdb", "port": 5984, "username": "$COUCHDB_USER", "password": "$COUCHDB_PASSWORD"}
JSON
done
echo '{"action": "finish_cluster"}' | setup
