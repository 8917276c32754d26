"""``colloquy users``: who may log in to a chat that was started with --auth."""

import click

from rag.terminal import note


@click.group()
def users() -> None:
    """Who may log in to `colloquy chat --auth`."""


@users.command()
@click.argument("name")
def add(name: str) -> None:
    """Add a user; the password is asked for twice and not shown."""
    from rag.users import Users, check_password

    known = Users()
    if known.entry(name):
        known.add(name, "no password is asked for a name that is taken")
    password = click.prompt("Password", hide_input=True, confirmation_prompt="The same again", err=True)
    check_password(password)
    known.add(name, password)
    note(f"{name} may log in now; the list of users is {known.file}")


@users.command("list")
def list_users() -> None:
    """Name the users."""
    from rag.users import Users

    known = Users()
    for name in known.names():
        click.echo(name)
    count = len(known.names())
    note(f"{count} {'user' if count == 1 else 'users'} in {known.file}")


@users.command()
@click.argument("name")
def remove(name: str) -> None:
    """Take a user out; whoever is logged in under that name is logged out."""
    from rag.users import Users

    Users().remove(name)
    note(f"{name} may not log in any more")
