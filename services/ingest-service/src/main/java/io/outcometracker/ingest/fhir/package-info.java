/** FHIR R4: resources are read strictly, made into the same records as any other body, and answered as FHIR. */
@NullMarked
package io.outcometracker.ingest.fhir;

import org.jspecify.annotations.NullMarked;
