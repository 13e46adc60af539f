-- What the region's own reporting tools may read: one row per thing that happened, without a word that
-- somebody wrote and without a person. docs/bi-views.md lists every view and column. A view is the owner's,
-- so whoever may read it needs no right to the tables beneath.

CREATE SCHEMA figures;
COMMENT ON SCHEMA figures IS 'Siffror för regionens egna rapportverktyg: inga texter, inga personer.';

CREATE VIEW figures.units AS
SELECT
    unit.code,
    unit.name,
    unit.hsa_id,
    (SELECT parent.code FROM organisation_unit parent
     WHERE parent.path = left(unit.path, length(unit.path) - 4) AND unit.depth > 1) AS parent_code,
    unit.depth::smallint AS depth,
    provider.name AS care_provider,
    provider.kind AS care_provider_kind,
    unit.valid_from,
    unit.valid_to
FROM organisation_unit unit
JOIN organisation_careprovider provider ON provider.id = unit.care_provider_id;

CREATE VIEW figures.statuses AS
SELECT kind, status, label, is_initial, is_final FROM cases_kindstate;

CREATE VIEW figures.cases AS
SELECT
    cases.number,
    cases.kind,
    cases.status,
    cases.status_since,
    owning.code AS owning_unit_code,
    filing.code AS filing_unit_code,
    cases.origin,
    cases.severity,
    cases.risk_score,
    cases.filed_at,
    (cases.filed_at AT TIME ZONE 'Europe/Stockholm')::date AS filed_on,
    cases.first_coordinated_at,
    cases.closed_at,
    cases.is_final,
    cases.due_at,
    parent.number AS parent_number,
    cases.source_system
FROM cases_case cases
JOIN organisation_unit owning ON owning.id = cases.owning_unit_id
JOIN organisation_unit filing ON filing.id = cases.filing_unit_id
LEFT JOIN cases_case parent ON parent.id = cases.parent_id;

CREATE VIEW figures.deviations AS
SELECT
    cases.number,
    deviation.door,
    deviation.channel,
    deviation.nature,
    deviation.affected,
    deviation.occurred_at,
    deviation.discovered_at,
    kind.code AS kind_code,
    event_class.code AS event_class_code,
    cause_class.code AS cause_class_code,
    coalesce(model.id, device.model_id) AS device_model_id,
    system.name AS it_system,
    deviation.needs_event_analysis
FROM avvikelse_deviation deviation
JOIN cases_case cases ON cases.id = deviation.case_id
LEFT JOIN cases_code kind ON kind.id = deviation.kind_id
LEFT JOIN cases_code event_class ON event_class.id = deviation.event_class_id
LEFT JOIN cases_code cause_class ON cause_class.id = deviation.cause_class_id
LEFT JOIN register_device device ON device.id = deviation.device_id
LEFT JOIN register_devicemodel model ON model.id = deviation.device_model_id
LEFT JOIN register_itsystem system ON system.id = deviation.system_id;

CREATE VIEW figures.codes AS
SELECT system.key AS tree, code.code, code.label, parent.code AS parent_code, code.valid_from, code.valid_to
FROM cases_code code
JOIN cases_codesystem system ON system.id = code.system_id
LEFT JOIN cases_code parent ON parent.id = code.parent_id;

CREATE VIEW figures.device_models AS
SELECT model.id, party.name AS manufacturer, model.name, model.model_number, emdn.code AS emdn_code
FROM register_devicemodel model
JOIN register_party party ON party.id = model.manufacturer_id
LEFT JOIN register_emdnterm emdn ON emdn.id = model.emdn_id;

CREATE VIEW figures.transitions AS
SELECT
    transition.id,
    cases.number,
    transition.step,
    transition.from_status,
    transition.to_status,
    from_unit.code AS from_unit_code,
    to_unit.code AS to_unit_code,
    transition.occurred_at,
    transition.recorded_at,
    transition.source
FROM cases_transition transition
JOIN cases_case cases ON cases.id = transition.case_id
JOIN organisation_unit to_unit ON to_unit.id = transition.to_unit_id
LEFT JOIN organisation_unit from_unit ON from_unit.id = transition.from_unit_id;

CREATE VIEW figures.deadlines AS
SELECT cases.number, deadline.purpose, deadline.starts_at, deadline.due_at, deadline.met_at
FROM cases_deadline deadline
JOIN cases_case cases ON cases.id = deadline.case_id;

CREATE VIEW figures.measures AS
SELECT
    measure.id,
    cases.number,
    unit.code AS unit_code,
    measure.strength,
    measure.status,
    measure.decided_at,
    measure.due_on,
    measure.done_at,
    measure.effect_due_on,
    measure.effect,
    measure.effect_at
FROM cases_measure measure
JOIN cases_measurecase serves ON serves.measure_id = measure.id
JOIN cases_case cases ON cases.id = serves.case_id
JOIN organisation_unit unit ON unit.id = measure.unit_id;

CREATE VIEW figures.notices AS
SELECT
    cases.number,
    notice.channel,
    notice.sort,
    notice.received_at,
    manufacturer.name AS manufacturer,
    notice.fsn_ref,
    notice.fsca_ref,
    notice.edition,
    risk_class.code AS risk_class,
    notice.answer_by,
    notice.reply_by,
    notice.replied_at,
    earlier.number AS supersedes_number
FROM sakerhetsmeddelanden_safetynotice notice
JOIN cases_case cases ON cases.id = notice.case_id
LEFT JOIN register_party manufacturer ON manufacturer.id = notice.manufacturer_id
LEFT JOIN sakerhetsmeddelanden_riskclass risk_class ON risk_class.id = notice.risk_class_id
LEFT JOIN cases_case earlier ON earlier.id = notice.supersedes_id;

CREATE VIEW figures.recipients AS
SELECT
    cases.number,
    unit.code AS unit_code,
    recipient.status,
    recipient.ground,
    recipient.sent_at,
    recipient.due_at,
    recipient.reminders,
    recipient.answer,
    recipient.answered_at,
    recipient.answered_via,
    recipient.done_at,
    recipient.waived_at
FROM sakerhetsmeddelanden_recipient recipient
JOIN cases_case cases ON cases.id = recipient.notice_id
JOIN organisation_unit unit ON unit.id = recipient.unit_id;

CREATE VIEW figures.classifications AS
SELECT
    cases.number,
    system.name AS it_system,
    classification.occasion,
    programme.code AS programme,
    classification.confidentiality,
    classification.integrity,
    classification.availability,
    classification.traceability,
    classification.delivered_at,
    classification.risk_assessed_at,
    classification.decision,
    classification.decided_at,
    classification.valid_until
FROM information_security_informationclassification classification
JOIN cases_case cases ON cases.id = classification.case_id
LEFT JOIN register_itsystem system ON system.id = classification.system_id
LEFT JOIN information_security_programme programme ON programme.id = classification.programme_id;

CREATE VIEW figures.impact_assessments AS
SELECT
    cases.number,
    system.name AS it_system,
    programme.code AS programme,
    assessment.advice,
    assessment.advised_on,
    assessment.consulted_on,
    assessment.decision,
    assessment.decided_at,
    assessment.review_on
FROM information_security_impactassessment assessment
JOIN cases_case cases ON cases.id = assessment.case_id
LEFT JOIN register_itsystem system ON system.id = assessment.system_id
LEFT JOIN information_security_programme programme ON programme.id = assessment.programme_id;

CREATE VIEW figures.authority_reports AS
SELECT
    cases.number,
    kind.key AS report_kind,
    report.status,
    report.clock_from,
    report.asked_at,
    report.decision,
    report.decided_at,
    report.submitted_at,
    report.channel,
    report.answered_on,
    report.closed_at
FROM authority_reports_authorityreport report
JOIN cases_case cases ON cases.id = report.case_id
JOIN authority_reports_reportkind kind ON kind.id = report.kind_id;

CREATE VIEW figures.major_incidents AS
SELECT
    cases.number,
    incident.declared_at,
    incident.started_at,
    incident.noticed_at,
    incident.ended_at,
    incident.severity,
    (SELECT count(*) FROM major_incidents_gatheredcase gathered WHERE gathered.incident_id = incident.case_id)
        AS gathered_cases
FROM major_incidents_majorincident incident
JOIN cases_case cases ON cases.id = incident.case_id;

COMMENT ON VIEW figures.units IS 'Enheter i vårdgivarnas träd, också de som har upphört.';
COMMENT ON COLUMN figures.units.code IS 'Enhetens kod, densamma i alla vyer.';
COMMENT ON COLUMN figures.units.name IS 'Vad den heter i dag.';
COMMENT ON COLUMN figures.units.hsa_id IS 'HSA-id, om den har ett.';
COMMENT ON COLUMN figures.units.parent_code IS 'Närmast överordnad enhet.';
COMMENT ON COLUMN figures.units.depth IS '1 för den översta.';
COMMENT ON COLUMN figures.units.care_provider IS 'Vårdgivare.';
COMMENT ON COLUMN figures.units.care_provider_kind IS 'region, municipality eller private.';
COMMENT ON COLUMN figures.units.valid_from IS 'Första dagen.';
COMMENT ON COLUMN figures.units.valid_to IS 'Sista dagen; tom så länge den finns.';

COMMENT ON VIEW figures.statuses IS 'De lägen som ett ärende av varje slag kan vara i.';
COMMENT ON COLUMN figures.statuses.kind IS 'Ärendets slag.';
COMMENT ON COLUMN figures.statuses.status IS 'Lägets kod.';
COMMENT ON COLUMN figures.statuses.label IS 'Vad det heter på skärmen.';
COMMENT ON COLUMN figures.statuses.is_initial IS 'Där ärendet börjar.';
COMMENT ON COLUMN figures.statuses.is_final IS 'Där ärendet är avslutat.';

COMMENT ON VIEW figures.cases IS 'Alla ärenden: avvikelser, säkerhetsmeddelanden, analyser, klassningar, stora incidenter. Dubbletter har parent_number, och räknas en gång.';
COMMENT ON COLUMN figures.cases.number IS 'Ärendets nummer, nyckeln till de andra vyerna.';
COMMENT ON COLUMN figures.cases.kind IS 'Slag, till exempel deviation eller safety_notice.';
COMMENT ON COLUMN figures.cases.status IS 'Läge nu, se statuses.';
COMMENT ON COLUMN figures.cases.status_since IS 'I läget sedan.';
COMMENT ON COLUMN figures.cases.owning_unit_code IS 'Enheten som har ärendet.';
COMMENT ON COLUMN figures.cases.filing_unit_code IS 'Enheten som rapporterade.';
COMMENT ON COLUMN figures.cases.origin IS 'incoming: från någon annan; own: från dem som handlägger.';
COMMENT ON COLUMN figures.cases.severity IS 'Allvarlighetsgrad 1 till 4, senaste bedömningen.';
COMMENT ON COLUMN figures.cases.risk_score IS 'Risktal 1 till 16, senaste bedömningen.';
COMMENT ON COLUMN figures.cases.filed_at IS 'Kom in.';
COMMENT ON COLUMN figures.cases.filed_on IS 'Dagen det kom in, i svensk tid.';
COMMENT ON COLUMN figures.cases.first_coordinated_at IS 'Koordinerades första gången.';
COMMENT ON COLUMN figures.cases.closed_at IS 'Avslutades senast; tom när det är öppet.';
COMMENT ON COLUMN figures.cases.is_final IS 'Avslutat, avvisat eller sammanslaget.';
COMMENT ON COLUMN figures.cases.due_at IS 'Närmaste tidsgräns.';
COMMENT ON COLUMN figures.cases.parent_number IS 'Huvudärendet, om detta är en dubblett.';
COMMENT ON COLUMN figures.cases.source_system IS 'Systemet det lästes in från.';

COMMENT ON VIEW figures.deviations IS 'Vad avvikelserna handlar om, i koder.';
COMMENT ON COLUMN figures.deviations.number IS 'Ärendets nummer.';
COMMENT ON COLUMN figures.deviations.door IS 'deviation, improvement eller complaint.';
COMMENT ON COLUMN figures.deviations.channel IS 'Hur den kom in.';
COMMENT ON COLUMN figures.deviations.nature IS 'near_miss, adverse_event, risk eller unknown.';
COMMENT ON COLUMN figures.deviations.affected IS 'Vem som berördes.';
COMMENT ON COLUMN figures.deviations.occurred_at IS 'När det hände.';
COMMENT ON COLUMN figures.deviations.discovered_at IS 'När det upptäcktes.';
COMMENT ON COLUMN figures.deviations.kind_code IS 'Typ, i trädet deviation_kind.';
COMMENT ON COLUMN figures.deviations.event_class_code IS 'Händelseklass.';
COMMENT ON COLUMN figures.deviations.cause_class_code IS 'Orsaksklass.';
COMMENT ON COLUMN figures.deviations.device_model_id IS 'Modell, se device_models.';
COMMENT ON COLUMN figures.deviations.it_system IS 'IT-systemets namn i registret.';
COMMENT ON COLUMN figures.deviations.needs_event_analysis IS 'Kräver händelseanalys.';

COMMENT ON VIEW figures.codes IS 'Kodträden, med den tid varje kod gäller.';
COMMENT ON COLUMN figures.codes.tree IS 'Trädets nyckel.';
COMMENT ON COLUMN figures.codes.code IS 'Koden.';
COMMENT ON COLUMN figures.codes.label IS 'Vad den heter.';
COMMENT ON COLUMN figures.codes.parent_code IS 'Koden ovanför.';
COMMENT ON COLUMN figures.codes.valid_from IS 'Första dagen.';
COMMENT ON COLUMN figures.codes.valid_to IS 'Sista dagen; tom så länge den gäller.';

COMMENT ON VIEW figures.device_models IS 'Modeller av medicinteknisk utrustning.';
COMMENT ON COLUMN figures.device_models.id IS 'Modellens nyckel.';
COMMENT ON COLUMN figures.device_models.manufacturer IS 'Tillverkare.';
COMMENT ON COLUMN figures.device_models.name IS 'Handelsnamn.';
COMMENT ON COLUMN figures.device_models.model_number IS 'Modellbeteckning.';
COMMENT ON COLUMN figures.device_models.emdn_code IS 'Kod i den europeiska nomenklaturen.';

COMMENT ON VIEW figures.transitions IS 'Varje steg som ett ärende tagit. Alla flödesmått räknas ur dem.';
COMMENT ON COLUMN figures.transitions.id IS 'Radens nyckel.';
COMMENT ON COLUMN figures.transitions.number IS 'Ärendets nummer.';
COMMENT ON COLUMN figures.transitions.step IS 'Steget.';
COMMENT ON COLUMN figures.transitions.from_status IS 'Från läge; tomt för det första.';
COMMENT ON COLUMN figures.transitions.to_status IS 'Till läge.';
COMMENT ON COLUMN figures.transitions.from_unit_code IS 'Från enhet.';
COMMENT ON COLUMN figures.transitions.to_unit_code IS 'Till enhet.';
COMMENT ON COLUMN figures.transitions.occurred_at IS 'När det hände.';
COMMENT ON COLUMN figures.transitions.recorded_at IS 'När det blev känt här; en siffra per en viss dag räknar bara det som var känt då.';
COMMENT ON COLUMN figures.transitions.source IS 'action: gjort här; import: inläst från ett tidigare system.';

COMMENT ON VIEW figures.deadlines IS 'Tidsgränser i ärendena, de öppna och de uppfyllda.';
COMMENT ON COLUMN figures.deadlines.number IS 'Ärendets nummer.';
COMMENT ON COLUMN figures.deadlines.purpose IS 'Vad tiden gäller.';
COMMENT ON COLUMN figures.deadlines.starts_at IS 'Räknas från.';
COMMENT ON COLUMN figures.deadlines.due_at IS 'Senast.';
COMMENT ON COLUMN figures.deadlines.met_at IS 'Uppfylld; tom så länge den är öppen.';

COMMENT ON VIEW figures.measures IS 'Åtgärder, en rad för varje ärende som åtgärden tjänar.';
COMMENT ON COLUMN figures.measures.id IS 'Åtgärdens nyckel; samma åtgärd kan stå för flera ärenden.';
COMMENT ON COLUMN figures.measures.number IS 'Ärendets nummer.';
COMMENT ON COLUMN figures.measures.unit_code IS 'Enheten som gör den.';
COMMENT ON COLUMN figures.measures.strength IS 'strong, medium eller weak.';
COMMENT ON COLUMN figures.measures.status IS 'Läge.';
COMMENT ON COLUMN figures.measures.decided_at IS 'Beslutades.';
COMMENT ON COLUMN figures.measures.due_on IS 'Klar senast.';
COMMENT ON COLUMN figures.measures.done_at IS 'Blev klar.';
COMMENT ON COLUMN figures.measures.effect_due_on IS 'Effekten följs upp.';
COMMENT ON COLUMN figures.measures.effect IS 'yes, partly eller no.';
COMMENT ON COLUMN figures.measures.effect_at IS 'Effekten bedömdes.';

COMMENT ON VIEW figures.notices IS 'Säkerhetsmeddelanden. Versioner av samma åtgärd har samma fsca_ref.';
COMMENT ON COLUMN figures.notices.number IS 'Ärendets nummer.';
COMMENT ON COLUMN figures.notices.channel IS 'Hur det kom in.';
COMMENT ON COLUMN figures.notices.sort IS 'device, service eller delivery.';
COMMENT ON COLUMN figures.notices.received_at IS 'Kom in.';
COMMENT ON COLUMN figures.notices.manufacturer IS 'Tillverkare, ur registret.';
COMMENT ON COLUMN figures.notices.fsn_ref IS 'Meddelandets beteckning.';
COMMENT ON COLUMN figures.notices.fsca_ref IS 'Åtgärdens beteckning.';
COMMENT ON COLUMN figures.notices.edition IS 'new eller update.';
COMMENT ON COLUMN figures.notices.risk_class IS 'Riskklass.';
COMMENT ON COLUMN figures.notices.answer_by IS 'Enheterna svarar senast.';
COMMENT ON COLUMN figures.notices.reply_by IS 'Svar till leverantören senast.';
COMMENT ON COLUMN figures.notices.replied_at IS 'Svaret skickades.';
COMMENT ON COLUMN figures.notices.supersedes_number IS 'Meddelandet det ersätter.';

COMMENT ON VIEW figures.recipients IS 'Enheterna som fick ett säkerhetsmeddelande, och vad de svarade.';
COMMENT ON COLUMN figures.recipients.number IS 'Säkerhetsmeddelandets nummer.';
COMMENT ON COLUMN figures.recipients.unit_code IS 'Enheten.';
COMMENT ON COLUMN figures.recipients.status IS 'Läge.';
COMMENT ON COLUMN figures.recipients.ground IS 'Hur enheten valdes.';
COMMENT ON COLUMN figures.recipients.sent_at IS 'Skickades.';
COMMENT ON COLUMN figures.recipients.due_at IS 'Svarar senast.';
COMMENT ON COLUMN figures.recipients.reminders IS 'Antal påminnelser.';
COMMENT ON COLUMN figures.recipients.answer IS 'affected eller not_affected; tomt är inget svar, aldrig ett nej.';
COMMENT ON COLUMN figures.recipients.answered_at IS 'Svarade.';
COMMENT ON COLUMN figures.recipients.answered_via IS 'Hur svaret kom.';
COMMENT ON COLUMN figures.recipients.done_at IS 'Åtgärdat.';
COMMENT ON COLUMN figures.recipients.waived_at IS 'Svaret avstods.';

COMMENT ON VIEW figures.classifications IS 'Informationsklassningar.';
COMMENT ON COLUMN figures.classifications.number IS 'Ärendets nummer.';
COMMENT ON COLUMN figures.classifications.it_system IS 'Systemets namn i registret; tomt för en annan tillgång.';
COMMENT ON COLUMN figures.classifications.occasion IS 'Anledning.';
COMMENT ON COLUMN figures.classifications.programme IS 'Program, till exempel SDV.';
COMMENT ON COLUMN figures.classifications.confidentiality IS 'Konfidentialitet 0 till 4.';
COMMENT ON COLUMN figures.classifications.integrity IS 'Riktighet 0 till 4.';
COMMENT ON COLUMN figures.classifications.availability IS 'Tillgänglighet 0 till 4.';
COMMENT ON COLUMN figures.classifications.traceability IS 'Spårbarhet 0 till 4.';
COMMENT ON COLUMN figures.classifications.delivered_at IS 'Klassningen lämnades.';
COMMENT ON COLUMN figures.classifications.risk_assessed_at IS 'Riskbedömdes.';
COMMENT ON COLUMN figures.classifications.decision IS 'Beslut.';
COMMENT ON COLUMN figures.classifications.decided_at IS 'Beslutades.';
COMMENT ON COLUMN figures.classifications.valid_until IS 'Gäller till.';

COMMENT ON VIEW figures.impact_assessments IS 'Konsekvensbedömningar.';
COMMENT ON COLUMN figures.impact_assessments.number IS 'Ärendets nummer.';
COMMENT ON COLUMN figures.impact_assessments.it_system IS 'Systemets namn i registret.';
COMMENT ON COLUMN figures.impact_assessments.programme IS 'Program.';
COMMENT ON COLUMN figures.impact_assessments.advice IS 'Dataskyddsombudets råd, i kod.';
COMMENT ON COLUMN figures.impact_assessments.advised_on IS 'Rådet gavs.';
COMMENT ON COLUMN figures.impact_assessments.consulted_on IS 'Förhandssamråd begärdes.';
COMMENT ON COLUMN figures.impact_assessments.decision IS 'Beslut.';
COMMENT ON COLUMN figures.impact_assessments.decided_at IS 'Beslutades.';
COMMENT ON COLUMN figures.impact_assessments.review_on IS 'Ses över.';

COMMENT ON VIEW figures.authority_reports IS 'Anmälningar till myndigheter, också de frågor som besvarades med nej.';
COMMENT ON COLUMN figures.authority_reports.number IS 'Ärendets nummer.';
COMMENT ON COLUMN figures.authority_reports.report_kind IS 'Anmälans slag, till exempel lex_maria.';
COMMENT ON COLUMN figures.authority_reports.status IS 'Läge.';
COMMENT ON COLUMN figures.authority_reports.clock_from IS 'Tiden räknas från.';
COMMENT ON COLUMN figures.authority_reports.asked_at IS 'Beslut begärdes.';
COMMENT ON COLUMN figures.authority_reports.decision IS 'yes eller no.';
COMMENT ON COLUMN figures.authority_reports.decided_at IS 'Beslutades.';
COMMENT ON COLUMN figures.authority_reports.submitted_at IS 'Skickades in.';
COMMENT ON COLUMN figures.authority_reports.channel IS 'Genom vilken kanal.';
COMMENT ON COLUMN figures.authority_reports.answered_on IS 'Myndigheten svarade.';
COMMENT ON COLUMN figures.authority_reports.closed_at IS 'Avslutades.';

COMMENT ON VIEW figures.major_incidents IS 'Stora incidenter.';
COMMENT ON COLUMN figures.major_incidents.number IS 'Ärendets nummer.';
COMMENT ON COLUMN figures.major_incidents.declared_at IS 'Utlystes.';
COMMENT ON COLUMN figures.major_incidents.started_at IS 'Började.';
COMMENT ON COLUMN figures.major_incidents.noticed_at IS 'Upptäcktes.';
COMMENT ON COLUMN figures.major_incidents.ended_at IS 'Driften återställd.';
COMMENT ON COLUMN figures.major_incidents.severity IS 'Allvarlighet.';
COMMENT ON COLUMN figures.major_incidents.gathered_cases IS 'Antal avvikelser som samlats under den.';
