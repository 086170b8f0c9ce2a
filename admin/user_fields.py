"""The fields that describe a user, on whatever page they are typed: name, e-mail, new password."""

from admin.forms import Form
from admin.sentences import sentence
from brief_audio.domain.errors import InvalidInputError
from brief_audio.services.accounts import passwords, users
from brief_audio.services.accounts.guessable import PasswordOwner


def name_field(form: Form) -> str:
    """Return the name as it is kept."""
    name = form.text("name", "The name", longest=users.LONGEST_NAME)
    if "name" not in form.problems and not name.isprintable():
        form.refuse("name", "The name has a character that cannot be printed. Write it anew.")
    return name


def email_field(form: Form) -> str:
    """Return the e-mail; whether it is one, and free, the service knows."""
    return form.text("email", "The e-mail", longest=users.LONGEST_EMAIL)


def new_password(form: Form, owner: PasswordOwner) -> str:
    """Return a new password that was typed twice the same and can be kept for `owner`."""
    password = form.secret("password", "The new password", longest=passwords.LONGEST_TYPED)
    again = form.secret("again", "The password, once more,", longest=passwords.LONGEST_TYPED)
    try:
        passwords.check(password, owner)
    except InvalidInputError as error:
        form.refuse("password", sentence(error))
    if password != again:
        form.refuse("again", "This is another password than the one above. Type the same in both.")
    return password
