package redoxsample

// code is an entry of a code system.
type code struct{ code, name string }

// codeSystem is a code system with a few of its codes.
type codeSystem struct {
	oid, name string
	codes     []code
}

var (
	icd10 = codeSystem{"2.16.840.1.113883.6.90", "ICD-10", []code{
		{"I10", "Essential (primary) hypertension"}, {"E11.9", "Type 2 diabetes mellitus without complications"},
		{"J45.909", "Unspecified asthma, uncomplicated"}, {"M54.50", "Low back pain, unspecified"},
		{"E78.5", "Hyperlipidemia, unspecified"}, {"K21.9", "Gastro-esophageal reflux disease without esophagitis"},
		{"J06.9", "Acute upper respiratory infection, unspecified"}, {"N39.0", "Urinary tract infection, site not specified"},
	}}
	rxNorm = codeSystem{"2.16.840.1.113883.6.88", "RxNorm", []code{
		{"314076", "lisinopril 10 MG Oral Tablet"}, {"860975", "metformin hydrochloride 500 MG Extended Release Oral Tablet"},
		{"617310", "atorvastatin 20 MG Oral Tablet"}, {"308136", "amlodipine 2.5 MG Oral Tablet"},
	}}
	allergens = codeSystem{"2.16.840.1.113883.6.88", "RxNorm", []code{
		{"7980", "penicillin G"}, {"2670", "codeine"}, {"1191", "aspirin"}, {"10831", "sulfamethoxazole / trimethoprim"},
	}}
	cvx = codeSystem{"2.16.840.1.113883.12.292", "CVX", []code{
		{"140", "Influenza, split virus, trivalent, preservative free"}, {"115", "Tdap"}, {"133", "Pneumococcal conjugate PCV 13"}, {"08", "Hep B, adolescent or pediatric"},
	}}
	reactions = codeSystem{"2.16.840.1.113883.6.90", "ICD-10", []code{
		{"L50.9", "Urticaria, unspecified"}, {"R21", "Rash and other nonspecific skin eruption"}, {"R11.0", "Nausea"},
	}}
	procedures = codeSystem{"2.16.840.1.113883.6.1", "LOINC", []code{
		{"24323-8", "Comprehensive metabolic 2000 panel - Serum or Plasma"}, {"58410-2", "CBC panel - Blood by Automated count"},
		{"24356-8", "Urinalysis complete panel - Urine"}, {"24331-1", "Lipid 1996 panel - Serum or Plasma"},
	}}
	routes = codeSystem{"2.16.840.1.113883.3.26.1.1", "NCI Thesaurus", []code{
		{"C38288", "Oral"}, {"C28161", "Intramuscular"}, {"C38276", "Intravenous"},
	}}
	documents = codeSystem{"2.16.840.1.113883.6.1", "LOINC", []code{
		{"11488-4", "Consult note"}, {"18842-5", "Discharge summary"}, {"34133-9", "Summary of episode note"}, {"11506-3", "Progress note"},
	}}
	tobacco = codeSystem{"2.16.840.1.113883.6.1", "LOINC", []code{
		{"72166-2", "Tobacco smoking status"},
	}}
	races = codeSystem{"2.16.840.1.113883.6.238", "CDC Race and Ethnicity", []code{
		{"2106-3", "White"}, {"2054-5", "Black or African American"}, {"2028-9", "Asian"}, {"2186-5", "Not Hispanic or Latino"},
	}}
	severities = codeSystem{"2.16.840.1.113883.6.1", "LOINC", []code{{"LA6752-5", "Mild"}, {"LA6751-7", "Moderate"}, {"LA6750-9", "Severe"}}}
	statuses   = codeSystem{"2.16.840.1.113883.4.642.4.1074", "Condition Clinical Status Codes", []code{{"active", "Active"}}}
	// unspecified is for what no other code system fits: HL7's null flavor.
	unspecified = codeSystem{"2.16.840.1.113883.5.1008", "NullFlavor", []code{{"OTH", "other"}}}
)

// observation is something that is measured: its code, and values that are usual.
type observation struct {
	code
	units     string
	low, high float64
	decimals  int
}

// loinc is the code system of observations.
var loinc = codeSystem{oid: "2.16.840.1.113883.6.1", name: "LOINC"}

var observations = []observation{
	{code{"718-7", "Hemoglobin [Mass/volume] in Blood"}, "g/dL", 12, 17.5, 1},
	{code{"2345-7", "Glucose [Mass/volume] in Serum or Plasma"}, "mg/dL", 70, 99, 0},
	{code{"2160-0", "Creatinine [Mass/volume] in Serum or Plasma"}, "mg/dL", 0.6, 1.3, 2},
	{code{"2823-3", "Potassium [Moles/volume] in Serum or Plasma"}, "mmol/L", 3.5, 5.1, 1},
	{code{"2951-2", "Sodium [Moles/volume] in Serum or Plasma"}, "mmol/L", 136, 145, 0},
	{code{"4548-4", "Hemoglobin A1c/Hemoglobin.total in Blood"}, "%", 4, 5.6, 1},
	{code{"6690-2", "Leukocytes [#/volume] in Blood by Automated count"}, "10*3/uL", 4.5, 11, 1},
}

var vitalSigns = []observation{
	{code{"8480-6", "Systolic blood pressure"}, "mm[Hg]", 90, 130, 0},
	{code{"8462-4", "Diastolic blood pressure"}, "mm[Hg]", 60, 85, 0},
	{code{"8867-4", "Heart rate"}, "/min", 60, 100, 0},
	{code{"8310-5", "Body temperature"}, "Cel", 36.1, 37.5, 1},
	{code{"29463-7", "Body weight"}, "kg", 50, 100, 1},
}
