/** What the platform answers about cells. */
export type {
  ActivityAnswer as Activity,
  CheckAnswer as Check,
  KeyAnswer as Key,
  ProblemAnswer as Problem,
  State,
  VocabularyAnswer as Vocabulary,
  WordAnswer as Word
} from '../api/schema';
