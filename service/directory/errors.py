"""Why two people were not made one, or not two again."""

from service.core.errors import Conflict


class SamePerson(Conflict):
    code = "same_person"
    say = "Please choose two different people."


class MergeOver(Conflict):
    code = "merge_over"
    say = "This merge was taken back already, or one of the two was merged again since."


class AddressTaken(Conflict):
    code = "address_taken"
    say = "Somebody else in the directory has this e-mail address: are they the same? Then merge them."
