// The search box of the page on which a place is chosen.
import { offerTerms } from "./terms.js";

offerTerms(document);
