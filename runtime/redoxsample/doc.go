// Package redoxsample makes realistic messages of any event that there is a schema for:
// for tests, demonstrations and load. Nobody in them exists.
//
// A message is valid, without warnings, and consistent: its patient is the same person
// wherever it is named, a visit ends after it begins, a result lies where its flag says. The same
// seed gives the same bytes, on every platform. Messages are marked as tests.
//
// People come from package gofakeit. Codes come from ICD-10-CM, RxNorm, CVX and LOINC. This
// material contains content from LOINC (http://loinc.org). LOINC is copyright © Regenstrief
// Institute, Inc. and the Logical Observation Identifiers Names and Codes (LOINC) Committee and
// is available at no cost under the license at http://loinc.org/license. LOINC® is a registered
// United States trademark of Regenstrief Institute, Inc.
package redoxsample
