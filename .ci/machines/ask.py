"""Says whether an address answers: ask.py ADDRESS PORT. Or answers itself: ask.py serve tcp PORT..."""

import socket
import sys
import time

if sys.argv[1] == "serve":
    sockets = [socket.create_server(("", int(port))) for port in sys.argv[3:]]
    time.sleep(60)
else:
    socket.create_connection((sys.argv[1], int(sys.argv[2])), 1).close()
