"""What the API's description calls a set of choices whose field has the name of another's."""

ENUM_NAMES: dict[str, str] = {
    "FileVerdictEnum": "patientsakerhet.cases.models.Attachment.Verdict",
    "IncomingVerdictEnum": "sakerhetsmeddelanden.models.IncomingMessage.Verdict",
    "IncomingDoorEnum": "sakerhetsmeddelanden.models.IncomingMessage.Door",
    "DoorEnum": "avvikelse.models.Deviation.Door",
    "ClassificationDecisionEnum": "patientsakerhet.information_security.models.InformationClassification.Decision",
    "DeviceStatusEnum": "patientsakerhet.register.models.Device.Status",
    "NoticeLanguageEnum": "sakerhetsmeddelanden.models.SafetyNotice.Language",
    "UserActionEnum": "sakerhetsmeddelanden.models.SafetyNotice.UserAction",
    "UnitAnswerEnum": "sakerhetsmeddelanden.models.Recipient.Answer",
    "DeviceOutcomeEnum": "sakerhetsmeddelanden.models.RecipientDevice.Outcome",
    "ReportChannelEnum": "patientsakerhet.authority_reports.models.ReportKind.Channel",
    "ReplyLanguageEnum": "sakerhetsmeddelanden.models.SupplierReply.LANGUAGES",
    "ImpactDecisionEnum": "patientsakerhet.information_security.models.ImpactAssessment.Decision",
    "DeviceDecisionEnum": "sakerhetsmeddelanden.models.UndecidedDevice.Decision",
    "MeasureStatusEnum": "patientsakerhet.cases.models.Measure.Status",
    "ProposalDecisionEnum": "patientsakerhet.risk_analysis.actions.proposals.DECISIONS",
    "ClassificationOccasionEnum": "patientsakerhet.information_security.models.InformationClassification.Occasion",
    "AnalysisPartEnum": "patientsakerhet.risk_analysis.models.AnalysisMember.Part",
    "TicketKindEnum": "patientsakerhet.cases.models.ExternalTicket.Kind",
    "StateEnum": "patientsakerhet.information_security.models.InputMaterial.State",
    "GatheringStateEnum": "patientsakerhet.year_registers.models.State",
    "RiskOccasionEnum": "patientsakerhet.risk_analysis.models.Occasion",
}
"""Name in the description -> where the choices are."""
