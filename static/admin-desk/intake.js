// The page of a new source: a search box for the place of a new case.
import { offerTerms } from "./terms.js";

offerTerms(document);
