#!/usr/bin/env bash
# hive asks for the node's enode URL. Althing's nodes talk to the validators their genesis names, over attested channels, and
# never to devp2p peers: there is no such URL.
echo "althing has no devp2p network, hence no enode URL" >&2
exit 1
