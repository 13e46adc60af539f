"""The words of the two reply forms, Swedish and English, in the order of the European template.

Source: the forms that the European Commission published with the template of December 2018, after
the dossier of the field; the numbering is theirs, the Swedish wording ours.
"""

from __future__ import annotations

from collections.abc import Mapping

LABELS: Mapping[str, tuple[str, str]] = {
    "customer": ("Kundens svar på säkerhetsmeddelande", "Field Safety Notice Customer Reply Form"),
    "distributor": (
        "Distributörens eller importörens svar på säkerhetsmeddelande",
        "Field Safety Notice Distributor/Importer Reply Form",
    ),
    "part": (
        "Ofullständigt svar: {n} av {total} enheter har svarat färdigt. Ett fullständigt svar följer.",
        "Partial reply: {n} of {total} units have given their final answer. A complete reply will follow.",
    ),
    "notice": ("1. Säkerhetsmeddelandet", "1. Field Safety Notice information"),
    "fsn_ref": ("Meddelandets beteckning", "FSN reference number"),
    "dated_on": ("Meddelandets datum", "FSN date"),
    "product": ("Produkt", "Product/device name"),
    "codes": ("Produktkod", "Product code(s)"),
    "numbers": ("Partier och serienummer", "Batch/serial number(s)"),
    "customer_details": ("2. Kunden", "2. Customer details"),
    "company_details": ("2. Distributören eller importören", "2. Distributor/importer details"),
    "account": ("Kundnummer", "Account number"),
    "organisation": ("Vårdgivare", "Healthcare organisation name"),
    "company": ("Organisation", "Company name"),
    "address": ("Adress", "Organisation address"),
    "department": ("Avdelning eller enhet", "Department/unit"),
    "shipping": ("Leveransadress", "Shipping address if different"),
    "contact": ("Kontaktperson", "Contact name"),
    "title": ("Befattning", "Title or function"),
    "phone": ("Telefon", "Telephone number"),
    "email": ("E-post", "Email"),
    "action": ("3. Vad vi har gjort", "3. Action undertaken on behalf of the organisation"),
    "read": (
        "Vi bekräftar att vi har tagit emot, läst och förstått meddelandet.",
        "I confirm receipt of the Field Safety Notice and that I read and understood its content.",
    ),
    "performed": (
        "Vi har utfört alla åtgärder som begärs i meddelandet.",
        "I performed all actions requested by the FSN.",
    ),
    "brought": (
        "Informationen och det som ska göras har nått alla berörda användare och är utfört.",
        "The information and required actions have been brought to the attention of all relevant "
        "users and executed.",
    ),
    "returned": ("Vi har lämnat tillbaka berörda produkter.", "I have returned affected devices."),
    "destroyed": ("Vi har kasserat berörda produkter.", "I have destroyed affected devices."),
    "none_available": (
        "Det finns inga berörda produkter kvar att lämna tillbaka eller kassera.",
        "No affected devices are available for return/destruction.",
    ),
    "other": ("Annat som vi har gjort.", "Other action."),
    "none": ("Vi har inga berörda produkter.", "I do not have any affected devices."),
    "query": ("Vi har en fråga.", "I have a query, please contact me."),
    "stock": (
        "Vi har gått igenom lagret och satt berörda produkter i karantän.",
        "I have checked my stock and quarantined inventory.",
    ),
    "identified": (
        "Vi har tagit reda på vilka kunder som kan ha fått produkten.",
        "I have identified customers that received or may have received this device.",
    ),
    "informed": ("Vi har informerat dem.", "I have informed the identified customers."),
    "confirmed": (
        "Alla kunder har bekräftat.",
        "I have received confirmation of reply from all identified customers.",
    ),
    "neither": (
        "Varken vi eller våra kunder har berörda produkter.",
        "Neither I nor any of my customers has any affected devices.",
    ),
    "signature": ("4. Underskrift", "4. Signature"),
    "name": ("Namn", "Print name"),
    "signed": ("Undertecknat", "Signed"),
    "electronically": (
        "Elektroniskt av {name} för {organisation}",
        "Electronically by {name} on behalf of {organisation}",
    ),
    "signed_on": ("Datum", "Date"),
    "return": ("5. Svaret skickas till", "5. Return acknowledgement to sender"),
    "return_to": ("E-post", "Email"),
    "deadline": ("Senast", "Deadline for returning the form"),
    "devices": ("Produkterna", "The devices"),
    "devices_caption": ("Produkt för produkt", "Device by device"),
    "customers": ("Kunderna", "The customers"),
    "customers_caption": (
        "Vårdgivare som vi har informerat",
        "Care providers that have been informed",
    ),
    "unit": ("Enhet", "Unit"),
    "device": ("Produkt", "Device"),
    "number": ("Serienummer eller parti", "Serial or batch number"),
    "done": ("Åtgärd", "Action"),
    "on": ("Datum", "Date"),
    "quantity": ("Antal", "Quantity"),
    "provider": ("Vårdgivare", "Care provider"),
    "informed_on": ("Informerad", "Informed"),
    "has_answered": ("Har svarat", "Has answered"),
    "yes": ("Ja", "Yes"),
    "no": ("Nej", "No"),
    "total_quantity": ("{n} st", "{n} pcs"),
    "customers_count": ("{n} enheter", "{n} units"),
    "waived": (
        "För {n} enheter har chefläkaren avstått från svar.",
        "For {n} units the chief physician has waived the answer.",
    ),
    "unanswered": ("Inget svar än", "No answer yet"),
}

OUTCOMES: Mapping[str, tuple[str, str]] = {
    "quarantined": ("I karantän", "Quarantined"),
    "returned": ("Återlämnad", "Returned"),
    "destroyed": ("Kasserad", "Destroyed"),
    "updated": ("Uppdaterad eller ändrad", "Updated or modified"),
    "exchanged": ("Utbytt", "Exchanged"),
    "checked": ("Kontrollerad, utan fel", "Checked, no fault found"),
    "not_here": ("Finns inte här", "Not present"),
    "not_affected": ("Berörs inte", "Not affected"),
    "": LABELS["unanswered"],
}
LANGUAGES = ("sv", "en")


def spoken(language: str) -> int:
    """The place of the language in each pair; English for every language that is not Swedish."""
    return 0 if language == "sv" else 1
