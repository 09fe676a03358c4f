package redox

import (
	"iter"
	"maps"
	"slices"
)

// The extensions whose names and value forms are known. Others may come and may be
// set; their names are those in the documentation at Redox.
const (
	// ExtensionSenderOrganizationID, of Meta, is a String: the OID of the organization
	// that asks. Every query to Carequality has it.
	ExtensionSenderOrganizationID = "sender-organization-id"
	// ExtensionUserID, of Meta, is a String: the user who asks. Every query to
	// Carequality has it.
	ExtensionUserID = "user-id"
	// ExtensionUserRole, of Meta, is a Coding: the role of the user who asks, in SNOMED
	// CT, such as 112247003. Every query to Carequality has it.
	ExtensionUserRole = "user-role"
	// ExtensionPurposeOfUse, of Meta, is a Coding: what the answer is for, such as
	// TREATMENT. Every query to Carequality has it.
	ExtensionPurposeOfUse = "purpose-of-use"
	// ExtensionTimezone, of Meta, is about the time zone of the message's times.
	ExtensionTimezone = "timezone"
	// ExtensionAdditionalIdentifier, of Visit in Flowsheet.New, is an Identifier, such
	// as that of the order.
	ExtensionAdditionalIdentifier = "additional-identifier"
	// ExtensionAdditionalProviderInfo, of Visit in Flowsheet.New, has Participants: the
	// providers of the visit.
	ExtensionAdditionalProviderInfo = "additional-provider-info"
	// ExtensionOrderingFacilityName, of an order, is a String.
	ExtensionOrderingFacilityName = "ordering-facility-name"
	// ExtensionOrderingFacilityAddress, of an order, is an Address.
	ExtensionOrderingFacilityAddress = "ordering-facility-address"
	// ExtensionOrderedDateTime, of an order, is a DateTime.
	ExtensionOrderedDateTime = "ordered-date-time"
	// ExtensionDeviceID, of a result, is a String: the device that measured it.
	ExtensionDeviceID = "device-id"
	// ExtensionIndication, of a medication, is what it is taken for.
	ExtensionIndication = "indication"
	// ExtensionAuthorID, of a medication, identifies who entered it.
	ExtensionAuthorID = "author-id"
	// ExtensionAuthorName, of a medication, is the name of who entered it.
	ExtensionAuthorName = "author-name"
	// ExtensionInsuranceID, of an insurance, is an Identifier.
	ExtensionInsuranceID = "insurance-id"
	// ExtensionAdditionalPhones, of a PhoneNumber, has further phone numbers.
	ExtensionAdditionalPhones = "additional-phones"
)

// extensionClasses has the class of the text that each known extension may have.
var extensionClasses = map[string]Class{
	ExtensionSenderOrganizationID:    ClassIdentifier,
	ExtensionUserID:                  ClassIdentifier,
	ExtensionUserRole:                ClassCode,
	ExtensionPurposeOfUse:            ClassCode,
	ExtensionTimezone:                ClassCode,
	ExtensionAdditionalIdentifier:    ClassIdentifier,
	ExtensionAdditionalProviderInfo:  ClassName,
	ExtensionOrderingFacilityName:    ClassName,
	ExtensionOrderingFacilityAddress: ClassGeographic,
	ExtensionOrderedDateTime:         ClassDate,
	ExtensionDeviceID:                ClassIdentifier,
	ExtensionIndication:              ClassFreeText,
	ExtensionAuthorID:                ClassIdentifier,
	ExtensionAuthorName:              ClassName,
	ExtensionInsuranceID:             ClassIdentifier,
	ExtensionAdditionalPhones:        ClassContact,
}

// ExtensionClasses yields the known extensions in the order of their names, each with
// the class of the text that it may have. Its other forms have classes of their own: a
// Coding is a code, an Address is geographic.
func ExtensionClasses() iter.Seq2[string, Class] {
	return func(yield func(string, Class) bool) {
		for _, name := range slices.Sorted(maps.Keys(extensionClasses)) {
			if !yield(name, extensionClasses[name]) {
				return
			}
		}
	}
}
