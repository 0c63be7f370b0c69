"""The form of the tab *Tickets*."""

from django import forms
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from loket.desk.conditions import FilterField
from loket.desk.editors import WithEditors
from loket.desk.settings.columns import ColumnsField
from loket.desk.settings.stamps import StampedForm, plain
from loket.desk.settings.texts import TextsField
from loket.tickets.models import ClosingPolicy, Pipeline, ReplyPolicy, WordingPolicy
from loket.tickets.policies import OwnerName, Sharing

RULES = ("sharing", "sharing_filter", "visibility_filter")
PLAIN = (
    *RULES, "singular", "plural", "columns", "owner_name", "owner_alias", "shows_status_labels",
    "allows_replies_to_closed", "allows_closing",
)  # fmt: skip


class TicketsForm(WithEditors, StampedForm):
    """Fields by the names of the policies' own; besides a field of statuses for each pipeline and deed."""

    sharing = forms.ChoiceField(
        label=gettext_lazy("What customers see"), choices=Sharing.choices, widget=forms.RadioSelect
    )
    sharing_filter = FilterField(
        "contact",
        label=gettext_lazy("Contacts who see their company’s tickets"),
        required=False,
        empty=gettext_lazy("Nobody yet. Add a condition."),
    )
    visibility_filter = FilterField(
        "ticket",
        label=gettext_lazy("Ticket visibility"),
        required=False,
        help_text=gettext_lazy("Tickets that do not meet it appear nowhere in the portal, whoever asks."),
        empty=gettext_lazy("All tickets may be shown."),
    )
    singular = TextsField(label=gettext_lazy("One is called"))
    plural = TextsField(label=gettext_lazy("Several are called"))
    columns = ColumnsField(
        label=gettext_lazy("Columns"),
        help_text=gettext_lazy("Customers see these in the list, beside the conversation and in exports: at most ten."),
    )
    owner_name = forms.ChoiceField(
        label=gettext_lazy("Customers see agents by their"), choices=OwnerName.choices, widget=forms.RadioSelect
    )
    owner_alias = TextsField(
        label=gettext_lazy("The one name for all"),
        help_text=gettext_lazy("Used for “One name for all”, and for agents who lack the chosen part of a name."),
    )
    shows_status_labels = forms.BooleanField(
        label=gettext_lazy("Show each status by its own label"),
        required=False,
        help_text=gettext_lazy("Otherwise customers read “Open” or “Closed”. A status may have a label for customers."),
    )
    allows_replies_to_closed = forms.BooleanField(
        label=gettext_lazy("Customers may answer closed tickets"), required=False
    )
    allows_closing = forms.BooleanField(label=gettext_lazy("Customers may close tickets"), required=False)

    def __init__(self, data=None, *, policies, language):
        self.pipelines = list(Pipeline.objects.prefetch_related("statuses"))
        stored = {field.name: getattr(each, field.name) for each in policies for field in each._meta.fields}
        current = {name: stored[name] for name in PLAIN}
        chosen = {}
        for policy in policies:
            if isinstance(policy, (ClosingPolicy, ReplyPolicy)):
                chosen |= self._choices(policy, current)
        super().__init__(data, current=current)
        self.fields |= chosen
        self.fields["columns"].language = language
        called = WordingPolicy()
        for name, word in (("singular", called.called()), ("plural", called.called(2)), ("owner_alias", called.alias)):
            self.fields[name].ask_first(language, word)

    def _choices(self, policy, current):
        """A field for each pipeline; what ``policy`` has chosen goes to ``current``."""
        fields = {}
        for pipeline in self.pipelines:
            fitting = [each for each in pipeline.statuses.all() if each.is_closed == policy.is_closed]
            none = _("Nobody can close these") if policy.is_closed else _("It stays closed")
            options = [("", none), *((str(each.pk), each.label) for each in fitting)]
            name, choice = f"{policy.choices}-{pipeline.pk}", policy.choice(pipeline)
            fields[name] = forms.ChoiceField(label=pipeline.name, choices=options, required=False)
            current[name] = str(choice.pk) if choice else ""
        return fields

    def bound_choices(self, policy):
        """The bound fields of a policy's choices."""
        return [self[f"{policy.choices}-{pipeline.pk}"] for pipeline in self.pipelines]

    @property
    def closing(self):
        return self.bound_choices(ClosingPolicy)

    @property
    def reopening(self):
        return self.bound_choices(ReplyPolicy)

    def clean(self):
        cleaned = super().clean()
        if cleaned.get("sharing") == Sharing.FILTER and "sharing_filter" in cleaned and not cleaned["sharing_filter"]:
            self.add_error("sharing_filter", _("Add at least one condition, or choose another rule above."))
        return cleaned

    def changes_sight(self):
        """Whether T1 or T3 are others than those that are stored."""
        return any(plain(self.cleaned_data[name]) != plain(self.current[name]) for name in RULES)

    def values(self):
        """{name of a policy's field: value}."""
        sent = super().values()
        for policy in (ClosingPolicy, ReplyPolicy):
            chosen = {str(each.pk): sent.pop(f"{policy.choices}-{each.pk}") for each in self.pipelines}
            sent[policy.choices] = {pk: int(status) if status else None for pk, status in chosen.items()}
        return sent
