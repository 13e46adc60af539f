"""A real IMAP server, Dovecot, as a process of our own on loopback; and a line to it that can be cut.

Installed by the distribution's package (`apt-get install dovecot-imapd`); without it the tests that
need it are skipped, and the report says so.
"""

import contextlib
import grp
import imaplib
import os
import pwd
import shutil
import signal
import socket
import subprocess
import tempfile
import threading
import time
from pathlib import Path

import pytest

from patientsakerhet.lib.env import Mailbox

PASSWORD = "hemligt"
_CONFIG = """
protocols = imap
listen = 127.0.0.1
base_dir = {folder}/run
state_dir = {folder}/state
log_path = {folder}/log
ssl = no
disable_plaintext_auth = no
auth_mechanisms = plain
default_internal_user = {internal}
default_internal_group = {internal_group}
default_login_user = {login}
first_valid_uid = 1
mail_location = maildir:{folder}/mail/%u
mail_max_userip_connections = 50
passdb {{
  driver = static
  args = password={password}
}}
userdb {{
  driver = static
  args = uid={user} gid={group} home={folder}/mail/%u
}}
service imap-login {{
  chroot =
  inet_listener imap {{
    address = 127.0.0.1
    port = {port}
  }}
  inet_listener imaps {{
    port = 0
  }}
}}
service anvil {{
  chroot =
}}
service stats {{
  chroot =
}}
"""


def program():
    """Where Dovecot is; None when the machine has none."""
    return shutil.which("dovecot") or shutil.which("dovecot", path="/usr/sbin:/usr/local/sbin")


def free_port():
    with socket.socket() as one:
        one.bind(("127.0.0.1", 0))
        return one.getsockname()[1]


class Server:
    """Dovecot with a folder of its own; any user name is a mailbox."""

    def __init__(self, folder):
        self.folder, self.port, self.process = folder, free_port(), None
        if os.geteuid() == 0:
            owner = pwd.getpwnam("nobody")
            user, group = owner.pw_uid, owner.pw_gid
            internal, login = "dovecot", "dovenull"
        else:
            user, group = os.getuid(), os.getgid()
            internal = login = pwd.getpwuid(user).pw_name
        (folder / "mail").mkdir()
        os.chown(folder / "mail", user, group)
        self.config = folder / "dovecot.conf"
        self.config.write_text(
            _CONFIG.format(
                folder=folder,
                port=self.port,
                password=PASSWORD,
                user=user,
                group=group,
                internal=internal,
                internal_group=grp.getgrgid(pwd.getpwnam(internal).pw_gid).gr_name,
                login=login,
            )
        )

    def start(self):
        self.process = subprocess.Popen(
            [program(), "-F", "-c", str(self.config)],
            stdout=subprocess.DEVNULL,
            stderr=subprocess.DEVNULL,
        )
        for _ in range(200):
            with contextlib.suppress(OSError), socket.create_connection(("127.0.0.1", self.port)):
                return
            time.sleep(0.05)
        log = self.folder / "log"
        raise RuntimeError(log.read_text() if log.exists() else "dovecot did not start")

    def stop(self):
        if self.process is not None:
            self.process.send_signal(signal.SIGTERM)
            self.process.wait(20)
            self.process = None

    def mailbox(self, user, *, port=None, done_folder="Inläst"):
        return Mailbox("127.0.0.1", port or self.port, False, user, PASSWORD, "INBOX", done_folder)

    def client(self, user):
        client = imaplib.IMAP4("127.0.0.1", self.port, timeout=20)
        client.login(user, PASSWORD)
        return client

    def lay(self, user, *mails, folder="INBOX"):
        """Mails are filed as a mail server would."""
        client = self.client(user)
        for raw in mails:
            assert client.append(folder, None, None, raw)[0] == "OK"
        client.logout()

    def count(self, user, folder="INBOX"):
        client = self.client(user)
        status, found = client.select(f'"{folder}"', readonly=True)
        client.logout()
        return int(found[0]) if status == "OK" else 0

    def renumber(self, user):
        """The mailbox forgets its numbering, as after a restore from backup."""
        self.stop()
        for path in (self.folder / "mail" / user).rglob("dovecot*"):
            if path.is_file():
                path.unlink()
        time.sleep(1.1)  # UIDVALIDITY is made of the clock's seconds
        self.start()


@pytest.fixture(scope="session")
def imap_server():
    if program() is None:
        pytest.skip("ingen Dovecot på den här datorn (apt-get install dovecot-imapd)")
    folder = Path(tempfile.mkdtemp(prefix="varsam-imap-"))
    folder.chmod(0o755)
    server = Server(folder)
    server.start()
    yield server
    server.stop()
    shutil.rmtree(folder, ignore_errors=True)


class Line:
    """Between client and server: passes everything on, and does harm where it was asked to.

    `change` may rewrite what the server says; `cut_after` ends the line after so many bytes from
    the server; `on_command` is called with each line the client sends, before it is passed on.
    """

    def __init__(self, port, *, change=None, cut_after=None, on_command=None):
        self.target, self.change, self.cut_after, self.on_command = (
            port,
            change,
            cut_after,
            on_command,
        )
        self.listener = socket.create_server(("127.0.0.1", 0))
        self.port = self.listener.getsockname()[1]
        threading.Thread(target=self._accept, daemon=True).start()

    def close(self):
        self.listener.close()

    def _accept(self):
        while True:
            try:
                client, _ = self.listener.accept()
            except OSError:
                return
            server = socket.create_connection(("127.0.0.1", self.target))
            threading.Thread(target=self._up, args=(client, server), daemon=True).start()
            threading.Thread(target=self._down, args=(client, server), daemon=True).start()

    def _up(self, client, server):
        with contextlib.suppress(OSError):
            while data := client.recv(65536):
                if self.on_command is not None:
                    self.on_command(data)
                server.sendall(data)
        with contextlib.suppress(OSError):
            server.shutdown(socket.SHUT_WR)

    def _down(self, client, server):
        passed = 0
        with contextlib.suppress(OSError):
            while data := server.recv(65536):
                if self.change is not None:
                    data = self.change(data)
                passed += len(data)
                if self.cut_after is not None and passed > self.cut_after:
                    client.sendall(data[: len(data) - (passed - self.cut_after)])
                    break
                client.sendall(data)
        for one in (client, server):
            with contextlib.suppress(OSError):
                one.shutdown(socket.SHUT_RDWR)
            one.close()
