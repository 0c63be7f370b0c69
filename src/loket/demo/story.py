"""Who writes what in the demo: the customers of Brewline, who make espresso machines.

Each ticket: who filed it, subject, description, how many days ago, and what followed as (hours later, who, words). Words
that begin with "comment:" or "note:" are internal.
"""

PEOPLE = {
    "alice": ("Alice", "Lindeman", "Café Linden"),
    "bob": ("Bob", "Janssen", "Café Linden"),
    "carol": ("Carol", "Peeters", "Station Hotel"),
    "charlie": ("Charlie", "Moreau", "Dockside Bakery"),
}
AGENTS = {"dora": ("Dora", "Visser", False), "erin": ("Erin", "Okafor", True)}

TICKETS = [
    {
        "who": "alice", "subject": "Steam wand drips after closing", "days": 2, "priority": "HIGH",
        "category": "PRODUCT_ISSUE", "owner": "dora", "status": "Waiting on contact",
        "files": ["wand.png", "service-log.pdf"],
        "text": "Since Tuesday the left steam wand keeps **dripping** after we shut the valve. I attach a photo.\n\n"
                "- Machine: Brewline Duo\n- Serial number: BD-20417\n- Bought last spring",
        "then": [
            (3, "dora", "Thank you for the photo, Alice. That looks like the valve seat.\n\nCould you tell us whether it "
                        "drips when the boiler is *cold* as well?"),
            (4, "dora", "comment: Third Duo of this batch with a worn seat. Ask the workshop before we promise a visit."),
            (20, "alice", "It does not drip when cold. Only after about an hour of use."),
            (22, "dora", "Then it is the seat. We have a new one on the way to you, free of charge. It should be with you "
                         "by Thursday; fitting it takes ten minutes:\n\n1. Switch off and let the boiler cool\n"
                         "2. Unscrew the wand by hand\n3. Swap the seat and close the wand again"),
        ],
    },
    {
        "who": "bob", "subject": "Invoice 2026-1183 shows the wrong VAT number", "days": 4, "category": "BILLING_ISSUE",
        "owner": "erin",
        "text": "Our accountant says the VAT number on invoice 2026-1183 is our old one. Could you send a new invoice?",
        "then": [
            (5, "erin", "I have asked our bookkeeper. You get the new invoice by e-mail this week."),
            (6, "erin", "note: Customer moved to another legal form in January; check earlier invoices as well."),
        ],
    },
    {
        "who": "alice", "subject": "Can we order the small filter baskets separately?", "days": 9,
        "category": "GENERAL_INQUIRY", "owner": "dora", "status": "Closed",
        "text": "We lost two of the 7 gram baskets. Are they sold separately?",
        "then": [
            (2, "dora", "They are: part number FB-07, € 12 each. Shall I put two on your next order?"),
            (26, "alice", "Yes please. Thank you, Dora."),
            (27, "dora", "Done. They come with Thursday's delivery."),
        ],
    },
    {
        "who": "bob", "subject": "Grinder makes a high-pitched noise", "days": 1, "priority": "URGENT",
        "category": "PRODUCT_ISSUE",
        "text": "The grinder started to squeal this morning. We switched it off, so we can serve filter coffee only.",
        "then": [],
    },
    {
        "who": "carol", "subject": "Two machines for the breakfast room", "days": 6, "category": "GENERAL_INQUIRY",
        "owner": "erin",
        "text": "We are opening a second breakfast room in March. Can we rent two Duos for it?",
        "then": [(3, "erin", "With pleasure. How many guests do you expect at the busiest hour?")],
    },
    {
        "who": "charlie", "subject": "Water tank cracked on delivery", "days": 3, "priority": "HIGH",
        "category": "PRODUCT_ISSUE", "owner": "dora", "files": ["tank.png"],
        "text": "The box looked fine, but the water tank has a crack along the bottom.",
        "then": [(2, "dora", "I am sorry to see that. A new tank leaves our warehouse today.")],
    },
    {
        "who": "carol", "subject": "Factuur graag op naam van Station Hotel B.V.", "days": 15, "status": "Closed",
        "category": "BILLING_ISSUE", "owner": "erin",
        "text": "Kunt u de factuur van oktober op naam van Station Hotel B.V. zetten?",
        "then": [(6, "erin", "Dat is gebeurd. De nieuwe factuur vindt u in uw mail.")],
    },
]  # fmt: skip

# Short ones, so that lists have pages: who, subject, text, closed.
SHORT = [
    ("alice", "Descaling light stays on", "We descaled twice, but the light does not go out.", True),
    ("bob", "Manual in French?", "A new colleague reads French best. Is there a French manual?", True),
    ("alice", "Delivery on a Saturday", "Could the beans come on Saturday morning from now on?", True),
    ("bob", "Portafilter handle is loose", "The handle turns in its thread. Is there a screw we can tighten?", False),
    ("alice", "Second login for our shift leader", "Our shift leader Noor would like to file tickets as well.", False),
    ("bob", "Beans arrived a day late", "The order of last week came on Friday instead of Thursday.", True),
    ("alice", "Milk foam too hot", "The automatic foam comes out above 70 degrees. Can we lower that?", False),
    ("bob", "Receipt for the training day", "Could you send a receipt for the barista training of May?", True),
    ("alice", "Pressure gauge reads zero", "Coffee comes out fine, but the gauge stays at zero.", True),
    ("bob", "Which cleaner for the drip tray?", "May the drip tray go in the dishwasher?", True),
    ("alice", "Change of delivery address", "From December on our entrance is at Quay Street 4.", True),
    ("bob", "Machine will not switch off by timer", "The timer is set to 18:30, but it stays on all night.", False),
    ("alice", "Spare gaskets", "Please send us ten spare group gaskets.", True),
    ("bob", "Question about the service contract", "Does the contract cover the grinder blades?", False),
    ("alice", "Coffee tastes bitter since the update", "After the firmware update every cup tastes bitter.", True),
    ("bob", "Counter shows an error E17", "Restarting helps for an hour, then E17 is back.", False),
    ("alice", "Loan machine during repair", "Do we get a loan machine while ours is in the workshop?", True),
    ("bob", "Wrong beans in the last box", "We ordered Dark Harbour and got Morning Blend.", True),
    ("alice", "Quote for a third machine", "We plan a third café. What would a Duo cost with contract?", False),
    ("bob", "Water filter subscription", "Can water filters be part of our subscription?", True),
    ("alice", "Drip tray warped in the dishwasher", "The tray no longer fits. Is that under warranty?", True),
    (
        "bob",
        "Certificate of the last inspection",
        "Our insurer asks for the certificate of this year's inspection.",
        True,
    ),
    ("alice", "Hot water tap sputters", "The hot water comes in bursts since the hard frost.", True),
    ("bob", "Cancel the oat milk trial", "We would like to stop the oat milk trial at the end of the month.", True),
    ("carol", "Noise complaint from room 12", "Guests above the bar hear the pump. Is there a quieter setting?", False),
    ("carol", "Training for night staff", "Could the training be given after 22:00?", True),
    ("charlie", "Steam pressure drops", "After three cups in a row there is no steam left.", False),
    ("charlie", "Collect the old machine", "When will the old machine be collected?", True),
]
