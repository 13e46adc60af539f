"""The tables of information security."""

from patientsakerhet.information_security.models.classification import (
    ASPECTS,
    AffectedAdministration,
    InformationClassification,
    InputMaterial,
    Participant,
)
from patientsakerhet.information_security.models.gaps import SecurityFollowUp, SystemStanding
from patientsakerhet.information_security.models.impact import (
    ImpactAssessment,
    RightsRisk,
    ScreeningAnswer,
    ScreeningCriterion,
)
from patientsakerhet.information_security.models.risk import SecurityRisk
from patientsakerhet.information_security.models.terms import (
    ClassificationTemplate,
    ConsequenceLevel,
    InputItem,
    Programme,
)

__all__ = (
    "ASPECTS",
    "AffectedAdministration",
    "ClassificationTemplate",
    "ConsequenceLevel",
    "ImpactAssessment",
    "InformationClassification",
    "InputItem",
    "InputMaterial",
    "Participant",
    "Programme",
    "RightsRisk",
    "ScreeningAnswer",
    "ScreeningCriterion",
    "SecurityFollowUp",
    "SecurityRisk",
    "SystemStanding",
)
