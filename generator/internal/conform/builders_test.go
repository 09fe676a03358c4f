package conform

import (
	"github.com/redoxgen/redoxgen/generated/claim"
	"github.com/redoxgen/redoxgen/generated/clinicaldecisions"
	"github.com/redoxgen/redoxgen/generated/clinicalsummary"
	"github.com/redoxgen/redoxgen/generated/device"
	"github.com/redoxgen/redoxgen/generated/enrichment"
	"github.com/redoxgen/redoxgen/generated/financial"
	"github.com/redoxgen/redoxgen/generated/flowsheet"
	"github.com/redoxgen/redoxgen/generated/inventory"
	"github.com/redoxgen/redoxgen/generated/media"
	"github.com/redoxgen/redoxgen/generated/medications"
	"github.com/redoxgen/redoxgen/generated/notes"
	"github.com/redoxgen/redoxgen/generated/order"
	"github.com/redoxgen/redoxgen/generated/organization"
	"github.com/redoxgen/redoxgen/generated/patientadmin"
	"github.com/redoxgen/redoxgen/generated/patienteducation"
	"github.com/redoxgen/redoxgen/generated/patientsearch"
	"github.com/redoxgen/redoxgen/generated/provider"
	"github.com/redoxgen/redoxgen/generated/referral"
	"github.com/redoxgen/redoxgen/generated/research"
	"github.com/redoxgen/redoxgen/generated/results"
	"github.com/redoxgen/redoxgen/generated/scheduling"
	"github.com/redoxgen/redoxgen/generated/sso"
	"github.com/redoxgen/redoxgen/generated/surgicalscheduling"
	"github.com/redoxgen/redoxgen/generated/vaccination"
)

// builders starts one builder of every event. A test fails when an event has
// none here.
func builders() []any {
	return []any{
		claim.BuildPayment(), claim.BuildPaymentBatch(), claim.BuildSubmission(), claim.BuildSubmissionBatch(),
		clinicaldecisions.BuildRequest(), clinicaldecisions.BuildResponse(),
		clinicalsummary.BuildDocumentGet(), clinicalsummary.BuildDocumentGetResponse(), clinicalsummary.BuildDocumentQuery(),
		clinicalsummary.BuildDocumentQueryResponse(), clinicalsummary.BuildPatientPush(), clinicalsummary.BuildPatientQuery(),
		clinicalsummary.BuildPatientQueryResponse(), clinicalsummary.BuildVisitPush(), clinicalsummary.BuildVisitQuery(),
		clinicalsummary.BuildVisitQueryResponse(),
		device.BuildNew(),
		enrichment.BuildNaturalLanguageProcessingQuery(), enrichment.BuildNaturalLanguageProcessingQueryResponse(),
		enrichment.BuildNormalizationQuery(), enrichment.BuildNormalizationQueryResponse(),
		financial.BuildAccountUpdate(), financial.BuildTransaction(),
		flowsheet.BuildNew(),
		inventory.BuildDeplete(), inventory.BuildUpdate(),
		media.BuildDelete(), media.BuildNew(), media.BuildQuery(), media.BuildQueryResponse(), media.BuildReplace(),
		medications.BuildAdministration(), medications.BuildCancel(), medications.BuildNew(), medications.BuildUpdate(),
		notes.BuildDelete(), notes.BuildNew(), notes.BuildQuery(), notes.BuildQueryResponse(), notes.BuildReplace(),
		order.BuildCancel(), order.BuildGroupedOrders(), order.BuildNew(), order.BuildQuery(), order.BuildQueryResponse(),
		order.BuildUpdate(),
		organization.BuildNew(), organization.BuildQuery(), organization.BuildQueryResponse(), organization.BuildUpdate(),
		patientadmin.BuildArrival(), patientadmin.BuildCancel(), patientadmin.BuildCensusQuery(),
		patientadmin.BuildCensusQueryResponse(), patientadmin.BuildDischarge(), patientadmin.BuildNewPatient(),
		patientadmin.BuildPatientMerge(), patientadmin.BuildPatientUpdate(), patientadmin.BuildPreAdmit(),
		patientadmin.BuildRegistration(), patientadmin.BuildTransfer(), patientadmin.BuildVisitMerge(),
		patientadmin.BuildVisitQuery(), patientadmin.BuildVisitQueryResponse(), patientadmin.BuildVisitUpdate(),
		patienteducation.BuildDelete(), patienteducation.BuildNew(), patienteducation.BuildUpdate(),
		patientsearch.BuildLocationQuery(), patientsearch.BuildLocationQueryResponse(), patientsearch.BuildQuery(),
		patientsearch.BuildResponse(),
		provider.BuildActivate(), provider.BuildDeactivate(), provider.BuildNew(), provider.BuildProviderQuery(),
		provider.BuildProviderQueryResponse(), provider.BuildUpdate(),
		referral.BuildAuthResponse(), referral.BuildAuthReview(), referral.BuildCancel(), referral.BuildModify(),
		referral.BuildNew(), referral.BuildQuery(), referral.BuildQueryResponse(),
		research.BuildStudy(), research.BuildSubjectUpdate(),
		results.BuildNew(), results.BuildNewUnsolicited(), results.BuildQuery(), results.BuildQueryResponse(),
		scheduling.BuildAvailableSlots(), scheduling.BuildAvailableSlotsResponse(), scheduling.BuildBooked(),
		scheduling.BuildBookedResponse(), scheduling.BuildCancel(), scheduling.BuildModification(), scheduling.BuildNew(),
		scheduling.BuildNoShow(), scheduling.BuildPushSlots(), scheduling.BuildReschedule(),
		sso.BuildSignOn(),
		surgicalscheduling.BuildCancel(), surgicalscheduling.BuildModification(), surgicalscheduling.BuildNew(),
		surgicalscheduling.BuildNoShow(), surgicalscheduling.BuildReschedule(),
		vaccination.BuildAdministration(), vaccination.BuildNew(), vaccination.BuildPatientQuery(),
		vaccination.BuildPatientQueryResponse(),
	}
}
