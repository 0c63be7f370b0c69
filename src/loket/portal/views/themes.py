"""The portal's looks: its stylesheet and pictures (H1). Anybody may load them: the sign-in page has them too."""

from django.views.decorators.http import require_safe

from loket.ui.downloads import lasting_picture, stylesheet


@require_safe
def sheet(request, version):
    """The theme's stylesheet. A page from before the last change gets today's, which is kept by no cache."""
    look = request.portal.looks
    return stylesheet(look.css, is_lasting=look.version == version)


@require_safe
def picture(request, pk):
    """A picture of the theme that customers see; no other file."""
    return lasting_picture(request.portal.looks.picture(pk))
